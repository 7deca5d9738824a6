"""References from records to the registry and to each other: they exist, and held on the day (NV3xx).

A registry file that is itself broken or missing is never held against the records that point into it, and a
reference to a quarantined record is right as long as a file of that id is there.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from noveto.checks.common import Judged, Path, place, step_words, title
from noveto.checks.meant import hint, near_record
from noveto.findings import Finding, make
from noveto.records.model import Case, Complaint, Entry, Improvement, Review
from noveto.records.registry import Registry, Table

TABLES = {"unit": "units", "window": "windows", "staff": "staff", "matter": "matters", "hall": "halls"}
MISSING = {"unit": "NV301", "window": "NV302", "staff": "NV303", "matter": "NV304", "hall": "NV305"}
EXPIRED = {"unit": "NV308", "window": "NV309", "staff": "NV310"}

_BY_STEP: dict[str, tuple[tuple[str, str], ...]] = {
    "submitted": (("to", "staff"),),
    "veto_proposed": (("to", "staff"),),
    "handed_over": (("from", "leaver"), ("to", "staff")),
    "note": (("to", "party"),),
    "assigned": (("to", "party"),),
    "consulted": (("units", "units"),),
    "conferred": (("units", "units"),),
    "consult_answered": (("unit", "unit"), ("to", "unit")),
    "answered": (("approver", "staff"),),
    "suspended": (("approver", "staff"),),
    "review_extended": (("approver", "staff"),),
    "reclassified": (("approver", "staff"),),
    "extended": (("approver", "staff"),),
    "corrected": (("approver", "staff"),),
    "struck": (("approver", "staff"),),
    "redacted": (("approver", "staff"),),
    "voided": (("approver", "staff"), ("replaced_by", "record")),
    "linked": (("id", "record"),),
    "became_case": (("id", "record"),),
    "objection": (("unit", "unit"), ("case", "record")),
}
_GIVEN_ON = ("submitted", "veto_proposed", "handed_over")
"""Steps that put a case into the hands of the person they name."""


def reference_findings(record: Judged, registry: Registry, ids: Container[str] | None) -> list[Finding]:
    """Return the errors of a form-valid record's references.

    ``ids`` holds the ids of all records of the ledger, quarantined ones included; None leaves references
    between records unjudged (a file checked on its own).
    """
    return list(_References(record, registry, ids).findings())


_last: tuple[Registry, dict[str, frozenset[str]]] | None = None


def _always(registry: Registry) -> dict[str, frozenset[str]]:
    """Return the ids that hold on every day, by what they name; kept for the registry last asked for."""
    global _last
    if _last is None or _last[0] is not registry:
        sets = {}
        for what, name in TABLES.items():
            table: Table[Any] = getattr(registry, name)
            sets[what] = frozenset(
                key for key in table if all(item.begins is None and item.ends is None for item in table.history(key))
            )
        _last = (registry, sets)
    return _last[1]


class _References:
    """Goes through one record; ``day`` is the day a reference must hold on."""

    def __init__(self, record: Judged, registry: Registry, ids: Container[str] | None) -> None:
        self.record = record
        self.registry = registry
        self.ids = ids

        self.always = _always(registry)

    def findings(self) -> Iterator[Finding]:
        typed = self.record.typed
        if isinstance(typed, Case):
            yield from self._case(typed)
        elif isinstance(typed, Complaint):
            yield from self._complaint(typed)
        elif isinstance(typed, Improvement):
            yield from self._improvement(typed)
        elif isinstance(typed, Review):
            yield from self._review(typed)
        for entry in typed.log:
            yield from self._entry(entry)

    # -- heads --------------------------------------------------------------------------------------------

    def _case(self, case: Case) -> Iterator[Finding]:
        day = case.raised.date()
        yield from self._known("unit", case.unit, ("unit",), day)
        yield from self._known("window", case.window, ("window",), day)
        yield from self._known("staff", case.clerk, ("clerk",), day)
        yield from self._of_unit(case, day)
        if case.matter.id:
            yield from self._known("matter", case.matter.id, ("matter", "id"), day)
            yield from self._licensing(case)
        if case.matter.unit:
            yield from self._known("unit", case.matter.unit, ("matter", "unit"), day)
        yield from self._related(case.head)

    def _complaint(self, complaint: Complaint) -> Iterator[Finding]:
        day, about = complaint.received.date(), complaint.about
        yield from self._known("hall", complaint.hall, ("hall",), day)
        if "unit" in about:
            yield from self._known("unit", about["unit"], ("about", "unit"), day)
        if "window" in about:
            yield from self._known("window", about["window"], ("about", "window"), day)
            yield from self._window_of(about.get("unit"), about["window"], ("about", "window"), day)
        if "case" in about:
            yield from self._record(about["case"], ("about", "case"))
        yield from self._related(complaint.head)

    def _improvement(self, improvement: Improvement) -> Iterator[Finding]:
        for index, case in enumerate(improvement.cases):
            yield from self._record(case, ("from", index))
        yield from self._party(improvement.owner, ("owner",), improvement.opened)
        yield from self._related(improvement.head)

    def _review(self, review: Review) -> Iterator[Finding]:
        yield from self._known("unit", review.unit, ("unit",), review.drawn)
        yield from self._known("staff", review.drawn_by, ("drawn_by",), review.drawn)
        for index, case in enumerate(review.cases):
            yield from self._record(case, ("cases", index))

    def _related(self, head: Mapping[str, Any]) -> Iterator[Finding]:
        for index, item in enumerate(head.get("related") or ()):
            yield from self._record(item["id"], ("related", index, "id"))

    # -- steps ----------------------------------------------------------------------------------------------

    def _entry(self, entry: Entry) -> Iterator[Finding]:
        at, day, data = ("log", entry.n - 1), entry.at.date(), entry.data
        yield from self._known("staff", entry.by, (*at, "by"), day)
        if "recorded_by" in data:
            yield from self._known("staff", data["recorded_by"], (*at, "recorded_by"), day)
        for key, what in _BY_STEP.get(entry.step, ()):
            if key in data:
                yield from self._value(what, data[key], (*at, key), day)
        if "redirect" in data:
            to = data["redirect"]
            if "unit" in to:
                yield from self._known("unit", to["unit"], (*at, "redirect", "unit"), day)
            if "window" in to:
                yield from self._known("window", to["window"], (*at, "redirect", "window"), day)
                yield from self._window_of(to.get("unit"), to["window"], (*at, "redirect", "window"), day)

    def _value(self, what: str, value: Any, path: Path, day: date) -> Iterator[Finding]:
        if what == "units":
            for index, unit in enumerate(value):
                yield from self._known("unit", unit, (*path, index), day)
        elif what == "party":
            yield from self._party(value, path, day)
        elif what == "record":
            yield from self._record(value, path)
        elif what == "leaver":  # who has left hands over nothing herself: somebody does it for her, afterwards
            if value not in self.registry.staff:
                yield from self._known("staff", value, path, day)
        else:
            yield from self._known(what, value, path, day)

    # -- one reference --------------------------------------------------------------------------------------

    def _table(self, what: str) -> Table[Any]:
        table: Table[Any] = getattr(self.registry, TABLES[what])
        return table

    def _known(self, what: str, key: str, path: Path, day: date) -> Iterator[Finding]:
        if key in self.always[what]:
            return
        table = self._table(what)
        if table.valid(key, day) or TABLES[what] in self.registry.broken:
            return
        name = self._name(path)
        if key not in table:
            yield make(MISSING[what], **place(self.record, path), name=name, value=key, hint=hint(what, key, table))
        else:
            held = table.on(key, day)
            yield make(EXPIRED[what], **place(self.record, path), name=name, value=key, called=_called(held), day=day,
                       held=_held(table.history(key)), hint=self._instead(what, held))  # fmt: skip

    def _party(self, key: str, path: Path, day: date) -> Iterator[Finding]:
        """Judge a reference that may be a person or a unit."""
        unit = key in self.registry.units or (key not in self.registry.staff and TABLES["unit"] in self.registry.broken)
        yield from self._known("unit" if unit else "staff", key, path, day)

    def _record(self, key: str, path: Path) -> Iterator[Finding]:
        if self.ids is None or key in self.ids:
            return
        near = near_record(key, self.ids)
        fix = f"您是不是要写 {near}？" if near else "到“案件查询”可以核对；那一件还没有入台账的，等它入了再写。"
        yield make("NV306", **place(self.record, path), name=self._name(path), value=key, hint=fix)

    def _of_unit(self, case: Case, day: date) -> Iterator[Finding]:
        """A case is filed by a window of its unit, or by one that serves all units."""
        yield from self._window_of(case.unit, case.window, ("window",), day)
        window = self.registry.windows.on(case.window, day)
        if case.unit not in self.registry.units or (window is not None and window.kind != "unit"):
            return
        yield from self._colleague(case, case.clerk, ("clerk",), day)
        for entry in case.log:
            if entry.step in _GIVEN_ON:
                yield from self._colleague(case, entry.data["to"], ("log", entry.n - 1, "to"), entry.day)

    def _colleague(self, case: Case, key: str, path: Path, day: date) -> Iterator[Finding]:
        """Who has a case in hand belongs to its unit; others are asked (consulted), they are not given it."""
        person = self.registry.staff.on(key, day)
        if person is None or person.unit == case.unit or not self.registry.units.valid(case.unit, day):
            return  # nobody is left in a unit that was merged: what it had goes on elsewhere
        theirs, ours = self.registry.unit_name(person.unit, day), self.registry.unit_name(case.unit, day)
        yield make("NV312", **place(self.record, path), name=self._name(path), value=key, called=person.name,
                   theirs=theirs, ours=ours)  # fmt: skip

    def _window_of(self, unit: str | None, window: str, path: Path, day: date) -> Iterator[Finding]:
        found = self.registry.windows.on(window, day)
        if unit is None or found is None or found.kind != "unit" or found.unit == unit:
            return
        if unit not in self.registry.units:
            return
        own = self.registry.windows_of.get(unit, ())
        choice = "、".join(f"{item.id}（{item.name}）" for item in own[:3])
        fix = f"请改成这个单位的窗口，如 {choice}；" if choice else ""
        theirs, ours = self.registry.unit_name(found.unit, day), self.registry.unit_name(unit, day)
        yield make("NV311", **place(self.record, path), name=self._name(path), value=window, called=found.name,
                   theirs=theirs, ours=ours, hint=fix)  # fmt: skip

    def _licensing(self, case: Case) -> Iterator[Finding]:
        """A licence marked as none would never see its statutory clocks."""
        found = self.registry.matters.get(case.matter.id)
        if found is not None and found.licensing and not case.matter.licensing and case.kind == "application":
            yield make("NV314", **place(self.record, ("matter", "licensing")), value=case.matter.id, called=found.name)

    def _instead(self, what: str, held: Any) -> str:
        successor = getattr(held, "successor", "") if what == "unit" else ""
        if successor:
            return f"您是不是要写接续它的 {successor}（{self.registry.unit_name(successor)}）？"
        if what == "staff":
            return "这一步确实是他办的，请管理员核对人员表的起止日期。"
        return "确实在用的，请管理员核对登记册里的起止日期。"

    def _name(self, path: Path) -> str:
        """Name a field in words: “承办窗口”（window）, 第 2 步“提交研究”的“报给谁”（to）."""
        kind = self.record.kind
        if path[0] != "log":
            words = [part for part in path if isinstance(part, str)]
            said = "的".join(f"“{title(kind, '.'.join(words[: n + 1]))}”" for n in range(len(words)))
            return f"{said}（{'.'.join(words)}）"
        n = int(path[1]) + 1
        step = next(entry.step for entry in self.record.typed.log if entry.n == n)
        words = [part for part in path[2:] if isinstance(part, str)]
        return f"{step_words(kind, n, step)}的“{title(kind, '.'.join(('log', step, *words)))}”（{'.'.join(words)}）"


def _called(item: Any) -> str:
    return item.name if item is not None else ""


def _held(history: Iterable[Any]) -> str:
    """Say from when to when an entry held: 2022-03-01 起、2024-06-30 止."""
    spans = []
    for item in history:
        begins = f"{item.begins} 起" if item.begins else ""
        ends = f"{item.ends} 止" if item.ends else ""
        spans.append("、".join(filter(None, (begins, ends))) or "一直在用")
    return "；".join(spans)
