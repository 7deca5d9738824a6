"""Writing pages: into their shells, and only those that are not there already."""

from __future__ import annotations

from noveto.site.framecache import Progress, Shells
from noveto.site.listpages import Page
from noveto.site.manifest import Output, digest
from noveto.site.render import Renderer, escaped


class PageWriter:
    """Writes the pages of one build. ``basis`` stands for what every page made on demand depends on."""

    def __init__(self, output: Output, shells: Shells, renderer: Renderer, basis: str, progress: Progress) -> None:
        self.output, self.shells, self.renderer, self.basis = output, shells, renderer, basis
        self.pages = 0
        self._progress = progress
        self._foot = renderer.foot()

    def put(self, page: Page) -> None:
        """Write a page unless it is there as it should be; one made on demand is not even made then."""
        shell, made = self.shells[page.shell], page.body
        key = f"{self.basis} {shell.digest} {self._foot} {page.title} {page.key}"
        if isinstance(made, str):
            self.output.put(page.path, shell.stamp(title=escaped(page.title), body=made, foot=self._foot))
        elif not self.output.fresh(page.path, digest(key.encode())):
            self.output.write(page.path, shell.stamp(title=escaped(page.title), body=made(), foot=self._foot))
        self.pages += 1
        if self.pages % 50 == 0:
            self._progress("写网页", self.pages, 0)
