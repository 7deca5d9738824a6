"""From a ledger to statistics: facts from the cache, only what is open computed for today."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noveto.checks.run import hold_errors
from noveto.clocks.recipe import last_view
from noveto.ledger import ALWAYS, Recipe, Record, code_digest
from noveto.statistics.facts import CaseFacts, ComplaintFacts, HeldFacts, ImprovementFacts
from noveto.statistics.figures import Statistics, collect
from noveto.statistics.groups import Places
from noveto.statistics.readings import audited

if TYPE_CHECKING:
    from noveto.clocks import CaseView
    from noveto.ledger import Context, Ledger
    from noveto.rules import Rules

CODE = (
    "noveto.clocks",
    "noveto.calendar",
    "noveto.records",
    "noveto.rules",
    "noveto.statistics.facts",
    "noveto.statistics.derive",
    "noveto.statistics.gather",
)


def recipe(context: Context, rules_file: Path | None = None) -> Recipe:
    """Return the recipe of the facts, under the ledger's own rules or (what-if) those of ``rules_file``."""
    rules = _rules(context, str(rules_file or ""))
    key = f"{code_digest(*CODE)}-{rules.digest[:16]}-{context.calendar.digest[:16]}"
    name = "stats-if" if rules_file else "stats"
    return Recipe(name, key, "noveto.statistics.gather:settled", arrivals="all", params=str(rules_file or ""))


def settled(record: Record, context: Context) -> tuple[bytes, bool, int]:
    """Return (facts as of the record's last event, whether they may still change by themselves, that last day)."""
    found, last = last_view(record, _rules(context, context.params), context.calendar)
    facts, live = _facts(found, record, context)
    packed = None
    if live:
        days = tuple(day.toordinal() if day else 0 for day in (record.begun, *record.arrivals))
        packed = (dict(record.value or {}), days, record.receipts)
    return marshal.dumps((facts.plain(), packed)), live, ALWAYS if live else last.toordinal()


_KNOWN: dict[str, Rules] = {}


def _rules(context: Context, file: str) -> Rules:
    if not file:
        return context.rules
    if file not in _KNOWN:
        from noveto.rules import Rules

        _KNOWN[file] = Rules.load(Path(file))
    return _KNOWN[file]


def _derive(record: Record, context: Context, rules: Rules, today: date) -> tuple[CaseFacts, bool]:
    from noveto.clocks import Arrivals, view

    found = view(record.case, rules, context.calendar, today, arrivals=Arrivals(record.receipts, record.arrivals))
    return _facts(found, record, context)


def _facts(found: CaseView, record: Record, context: Context) -> tuple[CaseFacts, bool]:
    from noveto.statistics.derive import case_facts

    came = (record.begun, *record.arrivals) if record.receipts else ()
    return case_facts(found, context.calendar, came, record.written), any(clock.open for clock in found.clocks)


def case_on(ledger: Ledger, record: Record, day: date) -> CaseFacts:
    """Return the facts of one case (read with its arrivals) as of the end of ``day``."""
    return _derive(record, ledger.context, ledger.rules, day)[0]


def all_cases(
    ledger: Ledger, today: date, rules_file: Path | None = None, *, first: date = date.min, last: date = date.max
) -> Iterator[CaseFacts]:
    """Yield the facts of every case raised by ``today``, as of ``today``, in path order.

    Cases raised outside ``first`` to ``last`` come with their heads only: for repeats and effects.
    """
    since, until = first.toordinal(), last.toordinal()
    for plain in _plain_cases(ledger, today, rules_file):
        yield CaseFacts.of_plain(plain, head=not since <= plain[1] <= until)


def some_cases(ledger: Ledger, today: date, paths: Sequence[str]) -> Iterator[CaseFacts]:
    """Yield the facts of the cases at ``paths`` that were raised by ``today``, as of ``today``, in path order."""
    for plain in _plain_cases(ledger, today, paths=paths):
        yield CaseFacts.of_plain(plain)


def _plain_cases(
    ledger: Ledger, today: date, rules_file: Path | None = None, *, paths: Sequence[str] | None = None
) -> Iterator[tuple[Any, ...]]:
    """Yield the plain facts of the cases raised by ``today``, or of those of them at ``paths``, in path order."""
    context = ledger.context
    rules = _rules(context, str(rules_file or ""))
    made = recipe(context, rules_file)
    again = {found.path for found in ledger.live(made, today)}
    number = today.toordinal()
    for found in ledger.derived(made) if paths is None else ledger.some([made], paths)[0]:
        plain, packed = marshal.loads(found.payload)  # noqa: S302 - written by this program
        if plain[1] > number:
            continue
        if found.path not in again:
            yield plain
            continue
        record = _record(ledger, found.path, found.blob, packed)
        if record is not None:
            yield _derive(record, context, rules, today)[0].plain()


def _record(ledger: Ledger, path: str, blob: str, packed: tuple[dict[str, object], tuple[int, ...], bool] | None
            ) -> Record | None:  # fmt: skip
    if packed is not None:
        value, days, receipts = packed
        begun, *known = (date.fromordinal(day) if day else None for day in days)
        return Record(path, blob, "case", value, arrivals=tuple(known), begun=begun, receipts=receipts)
    return next(iter(ledger.files([path], arrivals=True)), None)


def all_complaints(ledger: Ledger, today: date, rules: Rules) -> Iterator[ComplaintFacts]:
    """Yield the facts of every complaint received by ``today``."""
    for record in ledger.records("complaint"):
        facts = complaint_on(ledger, record, today, rules)
        if facts is not None:
            yield facts


def complaint_on(ledger: Ledger, record: Record, day: date, rules: Rules | None = None) -> ComplaintFacts | None:
    """Return the facts of one complaint as of the end of ``day``, None for one that does not count."""
    from noveto.clocks import compute_complaint
    from noveto.statistics.derive_others import complaint_facts

    item = record.complaint
    known = (rules or ledger.rules).for_day(item.received.date())
    clocks = compute_complaint(item, known, ledger.calendar, day)
    window = ledger.registry.windows.get(str(item.about.get("window", "")))
    return complaint_facts(item, clocks[0].state if clocks else "", day, window.unit if window else "")


def all_improvements(ledger: Ledger, today: date) -> Iterator[ImprovementFacts]:
    """Yield the facts of every improvement opened by ``today``."""
    from noveto.statistics.derive_others import improvement_facts

    for record in ledger.records("improvement"):
        facts = improvement_facts(record.improvement, ledger.registry.unit_of(record.improvement.owner), today)
        if facts is not None:
            yield facts


def all_held(ledger: Ledger) -> Iterator[HeldFacts]:
    """Yield the quarantined cases."""
    from noveto.statistics.derive_others import held_facts

    for item in ledger.quarantined:
        if item.kind == "case":
            yield held_facts(item.id, item.owner)


def places(ledger: Ledger) -> Places:
    """Return where the registry's windows and units belong."""
    registry = ledger.registry
    return Places(
        halls={key: window.hall for key, window in registry.windows.items()},
        counties={key: unit.county for key, unit in registry.units.items()},
        units={key: window.unit for key, window in registry.windows.items()},
    )


def statistics(
    ledger: Ledger,
    first: date,
    last: date,
    today: date,
    *,
    by: Sequence[str] = (),
    rules_file: Path | None = None,
) -> Statistics:
    """Return the statistics of a ledger. Raises UserError for unusable rules, ValueError as ``collect`` does.

    Thresholds are those of the rules in force on the last day of the period. Records with an error count nowhere.
    """
    hold_errors(ledger, today, recipe(ledger.context, rules_file))
    rules = _rules(ledger.context, str(rules_file or ""))
    return collect(
        all_cases(ledger, today, rules_file, first=first, last=last),
        all_complaints(ledger, today, rules),
        all_improvements(ledger, today),
        all_held(ledger),
        first=first,
        last=last,
        today=today,
        audited=audited(ledger, today),
        by=by,
        places=places(ledger),
        settings=rules.for_day(last).indicators,
    )
