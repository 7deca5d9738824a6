"""Statistics as the JSON of the contract (records.md section 7, ``stats``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from noveto.statistics.assessment import Score
from noveto.statistics.catalogue import INDICATORS
from noveto.statistics.figures import Statistics
from noveto.statistics.lines import Line
from noveto.statistics.model import Count, Fraction


def as_json(
    found: Statistics, shown: Sequence[Line], scores: Sequence[Score], *, commit: str, edited: bool, lists: bool,
    publish: bool,
) -> dict[str, Any]:  # fmt: skip
    """Return the keys of ``stats`` below the common ones: total, groups, breakdowns, lists of what to improve.

    ``shown`` are the lines to print, ``commit`` and ``edited`` say which ledger was counted, ``lists`` puts the ids
    behind each figure beside it, ``publish`` leaves out what may not be published.
    """
    by_key: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for line in shown:
        by_key.setdefault(line.key, []).append(line.as_dict())
    if lists:
        for key, entries in by_key.items():
            figures = found.group(*key) if key else found.total
            for entry in entries:
                entry.update(_refs(figures[entry["key"]]))
    groups = [
        {
            "key": dict(zip(found.by, group.key, strict=True)),
            "quarantined": None if publish else group.quarantined,
            "indicators": by_key.get(group.key, []),
        }
        for group in found.groups
    ]
    told: dict[str, Any] = {
        "from": found.first,
        "to": found.last,
        "by": list(found.by),
        "commit": commit or None,
        "edited": edited,
        "small_number": found.small,
        "publication": publish,
        "total": {"indicators": by_key.get((), [])},
        "groups": groups,
    }
    if not publish:
        told |= {
            "quarantined": [item.id for item in found.held],
            "breakdowns": {name: {code: len(refs) for code, refs in rows.items()}
                           for name, rows in found.breakdowns.items()},
            "reason_other_too_often": found.other_share,
            "repeats": [
                {"matter": item.matter, "name": item.matter_name, "reason": item.reason,
                 "cases": [ref.id for ref in item.refs], "improvements": list(item.improvements)}
                for item in found.repeats
            ],
            "improvements": [_effect(item) for item in found.effects],
            "law_gaps": [
                {"matter": gap.matter, "name": gap.matter_name, "units": list(gap.units),
                 "cases": [ref.id for ref in gap.refs]}
                for gap in found.gaps
            ],
            "assessment": [_score(item, found.by) for item in scores],
        }  # fmt: skip
    told["definitions"] = [
        {"key": item.key, "code": item.code, "name": item.name, "unit": item.unit, "formula": item.formula,
         "day": item.day, "cite": item.cite}
        for item in INDICATORS
    ]  # fmt: skip
    return told


def _refs(figure: Any) -> dict[str, Any]:
    def plain(refs: Any) -> list[str]:
        return [_name(ref) for ref in refs]

    if isinstance(figure, Fraction):
        return {"hits": plain(figure.hits), "misses": plain(figure.misses), "left": plain(figure.left_out)}
    if isinstance(figure, Count):
        return {"cases": plain(figure.refs)}
    return {"cases": [[_name(ref), days] for ref, days in figure.values], "left": plain(figure.left_out)}


def _name(ref: Any) -> str:
    """Return a reference as text: the id, then where needed the round and the consulted unit."""
    name = f"{ref.id}#{ref.round}" if ref.round > 1 else str(ref.id)
    return f"{name}@{ref.of}" if ref.of else name


def _effect(item: Any) -> dict[str, Any]:
    return {
        "id": item.item.id,
        "opened": date.fromordinal(item.item.opened),
        "done": date.fromordinal(item.item.done) if item.item.done else None,
        "root_cause": item.item.cause,
        "days": item.days,
        "before": None if item.before is None else len(item.before),
        "after": None if item.after is None else len(item.after),
        "stated_before": item.item.before if item.item.before >= 0 else None,
        "stated_after": item.item.after if item.item.after >= 0 else None,
    }


def _score(item: Score, by: Sequence[str]) -> dict[str, Any]:
    return {
        "key": dict(zip(by, item.key, strict=True)),
        "registered": item.registered,
        "score": None if item.score is None else round(item.score, 4),
        "rank": item.rank,
        "parts": [
            {"part": part.part, "weight": part.weight, "reached": round(part.reached, 4),
             "possible": round(part.possible, 4)}
            for part in item.parts
        ],
        "lost": [
            {"part": lost.part, "key": lost.figure, "points": round(lost.points, 4),
             "cases": [_name(ref) for ref in lost.refs]}
            for lost in item.lost
        ],
    }  # fmt: skip
