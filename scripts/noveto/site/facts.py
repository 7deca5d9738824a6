"""What lists, figures and search need of every case: one short row a case, worked out once per content.

A settled case's row is final. An open case's row is computed again for the day of the build.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from noveto.clocks import CaseView
from noveto.clocks.recipe import last_view
from noveto.ledger import ALWAYS, Recipe, code_digest
from noveto.similar.corpus import text_of
from noveto.site.outcome import answered_entry, outcome_path, result_of

if TYPE_CHECKING:
    from noveto.ledger import Context, Ledger, Record

CODE = (
    "noveto.clocks",
    "noveto.calendar",
    "noveto.records",
    "noveto.rules",
    "noveto.similar.corpus",
    "noveto.site.facts",
    "noveto.site.outcome",
)


class Facts(NamedTuple):
    """One case in short. Days are ordinals, 0 for none.

    ``status`` is the contract's (open, suspended, answered, closed), ``stage`` its code; ``ended`` the day of the
    answer or other ending; ``due`` and ``late`` those of the headline clock, or of the last reply clock of a
    settled case; ``vetoes`` proposed, ``decided`` of them, ``rejected`` by the leader (改为办理);
    ``entered_late`` the most working days that its registration or a step came late; ``arrived`` stands for what came
    when. ``matter`` never names the applicant. ``useful``: it came to a result that tells something to the next case;
    ``words`` stands for the words by which it is found and compared.
    """

    id: str
    unit: str
    window: str
    raised: int
    matter: str
    matter_id: str
    category: str
    track: str
    reason: str
    status: str
    stage: str
    result: str
    path: str
    ended: int
    due: int
    late: int
    on_time: int
    used: int
    vetoes: int
    decided: int
    rejected: int
    entered_late: int
    hidden: bool
    arrived: int
    useful: bool
    words: int

    @property
    def day(self) -> date:
        """The day it was raised."""
        return date.fromordinal(self.raised)


def facts_recipe(context: Context) -> Recipe:
    """Return the recipe of the rows."""
    key = f"{code_digest(*CODE)}-{context.rules.digest[:16]}-{context.calendar.digest[:16]}"
    return Recipe("facts", key, "noveto.site.facts:facts_result", ("case",), arrivals="all")


def facts_result(record: Record, context: Context) -> tuple[bytes, bool, int]:
    """Return the packed row; live while a clock may still change by itself."""
    found, last = last_view(record, context.rules, context.calendar)
    live = any(clock.open for clock in found.clocks)
    return marshal.dumps(tuple(facts_of(found, record, context))), live, ALWAYS if live else last.toordinal()


def facts_of(found: CaseView, record: Record, context: Context) -> Facts:
    """Return the row of a computed case."""
    case = found.case
    answered = answered_entry(case)
    ending = answered or next((e for e in reversed(case.log) if e.step in ("withdrawn", "lapsed", "voided")), None)
    replies = [clock for clock in found.clocks if clock.clock == "reply"]
    reply = replies[-1] if replies else None
    head = found.headline or reply
    decisions = [
        str(entry.data.get("decision")) for entry in case.log if entry.step in ("unit_review", "escalation_result")
    ]
    met = [clock for clock in replies if clock.state == "met"]
    judged = [clock for clock in replies if clock.state in ("met", "met_late", "overdue")]
    late_entry = max(
        (
            context.calendar.workdays_between(stated, came)
            for stated, came in zip(record.written, (record.begun, *record.arrivals), strict=False)
            if came is not None and case.entry_mode != "migrated"
        ),
        default=0,
    )
    late_entry = max(late_entry, 0)
    started = case.raised.date()
    text = text_of(record)
    return Facts(
        id=case.id,
        unit=case.unit,
        window=case.window,
        raised=started.toordinal(),
        matter=text.matter,
        matter_id=case.matter.id,
        category=case.matter.category,
        track=found.track,
        reason=case.reason,
        status=found.status,
        stage=found.stage.code,
        result=result_of(case),
        path=outcome_path(case) if answered is not None else "",
        ended=ending.day.toordinal() if ending is not None else 0,
        due=head.due.toordinal() if head is not None and head.due is not None else 0,
        late=reply.days_late if reply is not None and found.headline is None else 0,
        on_time=-1 if not judged else int(len(met) == len(judged)),
        used=context.calendar.workdays_between(started, ending.day) if ending is not None else -1,
        vetoes=sum(1 for entry in case.log if entry.step == "veto_proposed"),
        decided=sum(1 for decision in decisions if decision in ("approve_refusal", "veto_rejected")),
        rejected=sum(1 for decision in decisions if decision == "veto_rejected"),
        entered_late=late_entry,
        hidden=case.sensitive,
        arrived=crc32(repr((record.begun, record.arrivals)).encode()),
        useful=text.useful,
        words=crc32(text.whole.encode()),
    )


def all_facts(ledger: Ledger) -> Iterator[tuple[str, str, Facts]]:
    """Yield (path, content id, row) of every case, settled rows as kept, open ones as of their last event."""
    for found in ledger.derived(facts_recipe(ledger.context)):
        yield found.path, found.blob, Facts._make(marshal.loads(found.payload))  # noqa: S302 - written by this program
