"""Rules as data: limits, tolerances and thresholds, by the day they take effect."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from noveto.errors import UserError

TRACKS = ("general", "special", "cross_department")


class RulesError(ValueError):
    """The rules cannot be used; ``path`` names the place in the file, the text says why (Chinese)."""

    def __init__(self, path: tuple[str | int, ...], message: str) -> None:
        super().__init__(message)
        self.path = path


class LimitRule(NamedTuple):
    """One limit: ``days`` of working days, or of calendar days rolled to the next working day."""

    days: int
    calendar_days: bool
    cite: str


class RuleSet(NamedTuple):
    """The rules in force on one day.

    ``limits`` is keyed by the clock's name, for reply and approval by ``<clock>.<track>``; the other
    mappings hold whole numbers (working days, months, times, percent or weights, as rules.yml says).
    """

    since: date
    cite: str
    limits: Mapping[str, LimitRule]
    tolerances: Mapping[str, int]
    ladder: Mapping[str, int]
    contact: Mapping[str, int]
    indicators: Mapping[str, int]
    retention: Mapping[str, int]
    assessment: Mapping[str, int]


class Rules(NamedTuple):
    """All dated rule sets of a ledger. ``digest`` is the SHA-256 of the file they came from."""

    sets: tuple[RuleSet, ...]
    digest: str

    @classmethod
    def load(cls, path: Path) -> Rules:
        """Read rules.yml. Raises UserError naming file, line and reason when it cannot be used."""
        from noveto.rules.files import read_rules

        value, digest, at = read_rules(path, "rules")
        try:
            return parse_rules(value, digest)
        except RulesError as error:
            raise UserError(f"{path} {at(error.path)}：{error}请改好规则再用。") from error

    def for_day(self, day: date) -> RuleSet:
        """Return the rules in force on ``day`` (before the first entry: the first)."""
        position = bisect_right([item.since for item in self.sets], day)
        return self.sets[max(position - 1, 0)]

    @property
    def current(self) -> RuleSet:
        """The newest rule set."""
        return self.sets[-1]


_SECTIONS = {
    "tolerances": ("filing_warning", "late_entry"),
    "ladder": ("due_soon", "head", "leader", "centre"),
    "contact": ("attempts",),
    "indicators": ("small_number", "other_reason_percent", "repeat_times", "repeat_months"),
    "retention": ("sealed_days", "draft_days"),
    "assessment": ("timeliness", "filing", "quality", "result", "complaints"),
}
_LIMITS = (
    "submit",
    *(f"reply.{track}" for track in TRACKS),
    "interim",
    *(f"approval.{track}" for track in TRACKS),
    "filing",
    "consult",
    "escalate",
    "escalate_after_conferred",
    "deliver",
    "review",
    "licence_notice",
    "licence_decision",
    "licence_extension",
    "licence_delivery",
    "complaint",
    "complaint_complex",
    "complaint_call_back",
)


def parse_rules(value: Mapping[str, Any], digest: str = "") -> Rules:
    """Build the dated rule sets from the plain value of rules.yml (already valid under its schema).

    Each entry changes only what it names; everything else is kept from the entry before. Raises RulesError
    when the first entry is incomplete, days do not increase, or the weights do not add up to 100.
    """
    sets: list[RuleSet] = []
    limits: dict[str, LimitRule] = {}
    sections: dict[str, dict[str, int]] = {name: {} for name in _SECTIONS}
    for index, entry in enumerate(value["entries"]):
        at: tuple[str | int, ...] = ("entries", index)
        since = _day(entry["from"], (*at, "from"))
        if sets and since <= sets[-1].since:
            raise RulesError((*at, "from"), f"生效日期 {since} 不晚于上一条的 {sets[-1].since}，请按先后排列。")
        for name, given in _limit_items(entry.get("limits", {})):
            limits[name] = _limit(given, limits.get(name), (*at, "limits", *name.split(".")))
        for section in _SECTIONS:
            sections[section] |= {key: int(number) for key, number in entry.get(section, {}).items()}
        missing = [name for name in _LIMITS if name not in limits]
        if missing:
            raise RulesError(at, f"第一条规则没有写全，缺少期限：{'、'.join(missing)}。")
        absent = [f"{name}.{key}" for name, keys in _SECTIONS.items() for key in keys if key not in sections[name]]
        if absent:
            raise RulesError(at, f"第一条规则没有写全，缺少：{'、'.join(absent)}。")
        if (total := sum(sections["assessment"].values())) != 100:
            raise RulesError((*at, "assessment"), f"评窗口权重合计是 {total}，应为 100。")
        sets.append(
            RuleSet(
                since=since,
                cite=entry["cite"],
                limits=dict(limits),
                **{name: dict(numbers) for name, numbers in sections.items()},
            )
        )
    return Rules(tuple(sets), digest)


def _limit_items(limits: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, given in limits.items():
        if name in ("reply", "approval"):
            for track, inner in given.items():
                yield f"{name}.{track}", inner
        else:
            yield name, given


def _limit(given: Mapping[str, Any], before: LimitRule | None, path: tuple[str | int, ...]) -> LimitRule:
    if before is None and not {"days", "unit", "cite"} <= given.keys():
        raise RulesError(path, "第一次写这个期限时，days、unit、cite 三项都要写。")
    return LimitRule(
        days=int(given["days"]) if "days" in given or before is None else before.days,
        calendar_days=given["unit"] == "calendar_days" if "unit" in given or before is None else before.calendar_days,
        cite=given["cite"] if "cite" in given or before is None else before.cite,
    )


def _day(text: str, path: tuple[str | int, ...]) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RulesError(path, f"没有 {text} 这一天。") from None
