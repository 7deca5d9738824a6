"""The frame of a site: rendered when anything it rests on has changed, else taken from the cache."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from noveto.resources import resource
from noveto.site import frame, guides
from noveto.site.data import SiteData
from noveto.site.shell import Shell
from noveto.site.shells import SHELLS

Progress = Callable[[str, int, int], None]
"""Told what is being done, how far, out of how many (0: unknown)."""

_KEPT_FRAMES = 2


class Shells:
    """The shells of a frame, parsed when first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._parsed: dict[str, Shell] = {}

    def __getitem__(self, name: str) -> Shell:
        if name not in self._parsed:
            self._parsed[name] = Shell.parse((self.folder / SHELLS[name].built).read_bytes())
        return self._parsed[name]


STATISTICS_SHELLS = ("month", "periods", "windows", "improvements", "sample", "period", "period-list")
USED_SHELLS = (
    "home", "mine", "new", "open", "search", "alike", "units", "complaints", "matters", "phones", "quality", "status",
    "registry", "downloads", "open-part", "case", "complaint", "unit", "unit-list", "improvement", "matter",
    *STATISTICS_SHELLS,
)  # fmt: skip
"""Shells whose pages are generated; the others keep the hint that stands in docs/."""


@contextmanager
def site_frame(data: SiteData, progress: Progress) -> Iterator[tuple[Path, bool]]:
    """Yield the folder of the rendered frame, from the cache where nothing it rests on has changed."""
    config, docs, theme = resource("mkdocs.yml"), resource("docs"), Path(__file__).parent / "theme"
    pages = {SHELLS[name].source: SHELLS[name].markdown() for name in USED_SHELLS}
    pages |= guides.generated(docs, _guide_parts(data))
    office = data.registry.office
    changes = {"site_name": office.name} if office.name else {}
    extra = pages | {"-settings": json.dumps([changes, office.help_phone], ensure_ascii=False)}
    key = frame.frame_digest(config, (docs, theme), extra)
    cache = data.cache("frames")
    if cache is not None and (cache / key / "index.html").is_file():
        os.utime(cache / key)
        yield cache / key, False
        return
    progress("生成框架", 0, 0)
    with tempfile.TemporaryDirectory(prefix="noveto-site-") as made:
        work, built = Path(made) / "work", Path(made) / "out"
        frame.assemble(docs, pages, work / "docs")
        settings = frame.frame_settings(config, theme, work, **changes)
        settings["extra"]["help_phone"] = office.help_phone
        frame.build_frame(settings, work, built)
        if cache is None:
            yield built, True
            return
        cache.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=cache)) / "frame"
        shutil.move(str(built), str(fresh))
        if not (cache / key).exists():
            fresh.rename(cache / key)
        shutil.rmtree(fresh.parent, ignore_errors=True)
        _prune(cache, key)
    yield cache / key, True


def _prune(cache: Path, keep: str) -> None:
    """Keep the newest frames only."""
    frames = sorted(cache.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in [item for item in frames if item.name != keep][_KEPT_FRAMES - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def _guide_parts(data: SiteData) -> dict[str, str]:
    from noveto.findings.catalogue import CATALOGUE

    return {
        "catalogue": guides.catalogue_page(CATALOGUE.values()),
        "calendar": guides.calendar_page(data.calendar, data.today),
        "coverage": guides.coverage(data.registry, data.today),
    }
