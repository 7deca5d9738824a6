"""What statistics need of every record: small frozen rows, worked out once and never looking back at the text.

Days are ordinals (``date.toordinal``), 0 for none, so that rows are small and can be kept in the cache.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class ClockFact(NamedTuple):
    """One clock: its state, the state under the calendar-day reading, working days used until it was met.

    ``calendar_state`` equals ``state`` for clocks with one reading; ``used`` is -1 while not met; ``limit`` is the
    number of days allowed, 0 for a date somebody named. Of a reply that was met, ``how`` is the step that ended its
    round, else the one that met it, and ``used`` counts until then.
    """

    clock: str
    round: int
    of: str
    state: str
    calendar_state: str
    used: int
    limit: int
    how: str


class Outcome(NamedTuple):
    """How one round ended: the result (done, refused, … withdrawn, lapsed), the path so far, the day."""

    round: int
    result: str
    path: str
    day: int


class VetoFact(NamedTuple):
    """One round in which a veto was asked for.

    ``decision`` is approved, rejected (turned down: the matter goes on) or "" while undecided; ``based`` says
    whether grounds name a published basis.
    """

    round: int
    decision: str
    based: bool


class FormFact(NamedTuple):
    """The form of one approved refusal whose delivery is over: the boxes and copies that are missing."""

    round: int
    missing: tuple[str, ...]


class CaseFacts(NamedTuple):
    """One case on one day.

    ``raised`` is the ordinal of the day; ``reason`` the main code, refined by the last veto asked for; ``matter`` the
    catalogue id or, without one, the name, in which 申请人 stands for the applicant. ``suspensions`` are the working
    days not counted, -1 for one that is still open. ``late`` counts entries received too late, ``attested`` those
    with a receipt; ``proxied`` those typed by another. ``unreached`` are the rounds answered in writing after two
    vain attempts (未接通). ``called_back`` is yes, no or "". ``hall`` and ``county`` come from the registry when
    figures are made.
    """

    id: str
    raised: int
    unit: str
    window: str
    track: str
    reason: str
    category: str
    matter: str
    matter_name: str
    voided: bool
    migrated: bool
    escalated: bool
    gap: bool
    cause: str
    called_back: str
    supplements: int
    late: int
    attested: int
    entries: int
    proxied: int
    suspensions: tuple[int, ...]
    unreached: tuple[int, ...]
    outcomes: tuple[Outcome, ...]
    vetoes: tuple[VetoFact, ...]
    forms: tuple[FormFact, ...]
    clocks: tuple[ClockFact, ...]

    def plain(self) -> tuple[Any, ...]:
        """Return nested plain tuples, as ``marshal`` wants them."""
        row: tuple[Any, ...] = tuple(self)
        return (*row[:_NESTED], *(tuple([tuple(item) for item in part]) for part in row[_NESTED:]))

    @classmethod
    def of_plain(cls, plain: tuple[Any, ...], *, head: bool = False) -> CaseFacts:
        """Read what ``plain`` wrote; with ``head`` the nested parts stay plain (nobody is going to look at them)."""
        if head:
            return cls._make(plain)
        outcomes, vetoes, forms, clocks = plain[_NESTED:]
        nested: tuple[Any, ...] = (
            tuple([Outcome(*item) for item in outcomes]),
            tuple([VetoFact(*item) for item in vetoes]),
            tuple([FormFact(*item) for item in forms]),
            tuple([ClockFact(*item) for item in clocks]),
        )
        return cls._make(plain[:_NESTED] + nested)


_NESTED = CaseFacts._fields.index("outcomes")


class ComplaintFacts(NamedTuple):
    """One complaint. ``finding`` is upheld, partly, not_upheld or "" while open; ``called_back`` yes, no or "".

    Of one that was voided only ``state`` counts, that of its clock.
    """

    id: str
    received: int
    unit: str
    window: str
    hall: str
    kind: str
    finding: str
    called_back: str
    state: str
    voided: bool = False


class ImprovementFacts(NamedTuple):
    """One improvement item: days of opening, being done and of the target; the effect somebody stated.

    ``owner`` is a unit or a person, ``unit`` whom it counts for. ``before`` and ``after`` are the stated counts, -1
    where none were stated.
    """

    id: str
    opened: int
    done: int
    target: int
    owner: str
    cause: str
    cases: tuple[str, ...]
    measure: str
    unit: str
    before: int = -1
    after: int = -1


class HeldFacts(NamedTuple):
    """A quarantined record: shown beside every n, never counted. ``day`` is that of its id, 0 when it has none."""

    id: str
    unit: str
    day: int
