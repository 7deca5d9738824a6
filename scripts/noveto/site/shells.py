"""Which shells the site has: one for every kind of data page and every depth of folder it stands in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShellSpec:
    """A shell: where its Markdown stands, what kind of page it makes, and which tab is lit."""

    source: str
    kind: str
    tab: str = ""
    sub: str = ""

    @property
    def built(self) -> str:
        """Path of the rendered shell, relative to the frame."""
        return self.source.removesuffix(".md") + ".html"

    def markdown(self) -> str:
        """Return the shell's Markdown: front matter and the placeholder."""
        head = ['title: "@@TITLE@@"', f"data_page: {self.kind}"]
        if self.tab:
            head.append(f"tab: {self.tab}")
        if self.sub:
            head.append(f"sub: {self.sub}")
        return "\n".join(["---", *head, "---", "", "<div>@@BODY@@</div>", ""])


SHELLS: dict[str, ShellSpec] = {
    # pages of the navigation
    "home": ShellSpec("index.md", "home"),
    "mine": ShellSpec("mine.md", "mine"),
    "open": ShellSpec("cases/open.md", "open"),
    "new": ShellSpec("cases/new.md", "new"),
    "search": ShellSpec("cases/search.md", "search"),
    "alike": ShellSpec("cases/similar.md", "search"),
    "units": ShellSpec("units/index.md", "units"),
    "complaints": ShellSpec("complaints/index.md", "complaints"),
    "matters": ShellSpec("matters/index.md", "matters"),
    "phones": ShellSpec("matters/phones.md", "phones"),
    "month": ShellSpec("stats/month.md", "stats"),
    "periods": ShellSpec("stats/periods.md", "stats"),
    "windows": ShellSpec("stats/windows.md", "stats"),
    "improvements": ShellSpec("stats/improvements.md", "stats"),
    "sample": ShellSpec("stats/sample.md", "stats"),
    "quality": ShellSpec("data/quality.md", "data"),
    "status": ShellSpec("data/status.md", "data"),
    "registry": ShellSpec("data/registry.md", "data"),
    "downloads": ShellSpec("data/downloads.md", "data"),
    # pages reached from lists only
    "open-part": ShellSpec("cases/open/_shell.md", "open", tab="办件", sub="在办与超期"),
    "case": ShellSpec("cases/_y/_m/_shell.md", "case", tab="办件"),
    "complaint": ShellSpec("complaints/_y/_m/_shell.md", "case", tab="办件", sub="投诉与反映"),
    "unit": ShellSpec("units/_shell.md", "unit", tab="办件", sub="单位与窗口"),
    "unit-list": ShellSpec("units/_u/_shell.md", "open", tab="办件", sub="单位与窗口"),
    "period": ShellSpec("stats/_shell.md", "stats", tab="统计"),
    "period-list": ShellSpec("stats/_p/_shell.md", "open", tab="统计"),
    "improvement": ShellSpec("improvements/_y/_shell.md", "portrait", tab="统计", sub="问题与改进"),
    "matter": ShellSpec("matters/_shell.md", "matter", tab="指路", sub="找窗口"),
}
