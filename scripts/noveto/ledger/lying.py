"""What is wrong with how and where a file lies, whatever it says (NV90x)."""

from __future__ import annotations

from collections.abc import Iterator

from noveto.findings import Finding, make
from noveto.ledger.view import FOLDER, LINK, UNREADABLE

_NEAR = (
    ("records/cases/", "records/cases/单位/年-月/编号.yml"),
    ("records/complaints/", "records/complaints/大厅/年-月/编号.yml"),
    ("records/improvements/", "records/improvements/年份/编号.yml"),
    ("records/periods/", "records/periods/年份/编号.yml"),
    ("records/reviews/", "records/reviews/年份/编号.yml"),
    ("records/registry/", "records/registry/ 下的 office、units、halls、windows、staff、matters（.yml）"),
    ("records/calendar/", "records/calendar/年份.yml、年份-a1.yml、local.yml、statutory.yml"),
)


def lying_findings(path: str, kind: str, mode: str) -> Iterator[Finding]:
    """Yield the errors of a file that cannot be read as what its place says."""
    if mode == UNREADABLE:
        yield make("NV901", file=path)
    elif mode == LINK:
        yield make("NV902", file=path)
    elif mode == FOLDER:
        yield make("NV903", file=path)
    elif kind == "stray":
        text = path.lower().endswith((".yml", ".yaml"))
        top = 1 if text else 0  # forges show it at the file's beginning
        if text and not path.endswith(".yml"):
            yield make("NV905", file=path, line=top, column=top, right=f"{path.rpartition('.')[0]}.yml")
        else:
            yield make("NV904", file=path, line=top, column=top, places=_places(path))


def _places(path: str) -> str:
    for folder, shape in _NEAR:
        if path.startswith(folder):
            return shape
    return "records/ 下的 cases、complaints、improvements、periods、reviews、registry、calendar 这些文件夹"
