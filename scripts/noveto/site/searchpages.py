"""案件查询 and 查类案: pages whose rows come from the shards; the shards and the JSON interface."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from noveto.site.api import api_files
from noveto.site.listpages import Page
from noveto.site.manifest import Output
from noveto.site.pagesearch import pages_json
from noveto.site.shards import FOLDER, shards

if TYPE_CHECKING:
    from noveto.site.data import SiteData
    from noveto.site.render import Renderer


def search_pages(data: SiteData, renderer: Renderer) -> Iterator[Page]:
    """Yield the two pages."""
    office = data.registry.office
    given = {"phone": office.guide_desk_phone, "help": office.help_phone, "site_url": office.site_url}
    yield Page("cases/search.html", "search", "案件查询", renderer.page("search.html", root="../", **given))
    yield Page("cases/similar.html", "alike", "查类案", renderer.page("alike.html", root="../", **given))


def search_files(data: SiteData, output: Output, frame: Path) -> None:
    """Write what the pages, the search box and other programs read; what is there already is not made again."""

    def there(path: str, key: str) -> bool:
        return output.before.get(path) == key and (output.folder / path).is_file()

    for shard in chain(shards(data, there), api_files(data, there)):
        fresh = output.fresh(shard.path, shard.key)
        if shard.content is not None and not fresh:
            output.write(shard.path, shard.content)
    output.put(f"{FOLDER}/pages.json", pages_json(data, frame))
