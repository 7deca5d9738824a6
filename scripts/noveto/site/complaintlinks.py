"""Where a complaint's page lies, and which cases and complaints belong together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from noveto.records.model import Complaint


def complaint_path(name: str) -> str:
    """Return where a complaint's page lies: complaints/2026/10/<id>.html."""
    stamp = name.rsplit("-", 2)[-2].lstrip("c")
    return f"complaints/{stamp[:4]}/{stamp[4:6]}/{name}.html"


def related_cases(complaint: Complaint) -> tuple[str, ...]:
    """Return the ids of the cases a complaint is about, became or names, each once."""
    became = [entry.data.get("id") for entry in complaint.log if entry.step == "became_case"]
    named = [item.get("id") for item in complaint.head.get("related", ())]
    return tuple(dict.fromkeys(str(name) for name in (complaint.about.get("case"), *became, *named) if name))


def complaints_by_case(complaints: Iterable[Complaint]) -> dict[str, tuple[str, ...]]:
    """Return the ids of complaints by the case they belong to."""
    found: dict[str, list[str]] = defaultdict(list)
    for complaint in complaints:
        for name in related_cases(complaint):
            found[name].append(complaint.id)
    return {name: tuple(sorted(ids)) for name, ids in found.items()}
