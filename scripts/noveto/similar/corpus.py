"""What of a case is compared: matter, facts and grounds of the effective text, nothing of the applicant.

Worked out once per content and kept in the ledger's cache.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from noveto.ledger import ALWAYS, Recipe, code_digest

if TYPE_CHECKING:
    from noveto.ledger import Ledger
    from noveto.ledger.context import Context
    from noveto.ledger.record import Record

CODE = ("noveto.similar.corpus", "noveto.records")
ENDINGS = ("answered", "withdrawn", "lapsed", "voided")


class Text(NamedTuple):
    """The words of one case. ``raised`` and ``ended`` are ordinals of days, ``ended`` 0 while there is no answer.

    ``facts`` and ``grounds`` are empty where the case is marked sensitive. ``useful``: it came to a result that
    tells something to the next one (not withdrawn, lapsed or voided).
    """

    id: str
    raised: int
    ended: int
    useful: bool
    matter: str
    facts: str
    grounds: str

    @property
    def whole(self) -> str:
        """Everything compared, as one text."""
        return f"{self.matter}\n{self.facts}\n{self.grounds}"


def text_recipe() -> Recipe:
    """Return the recipe of the texts."""
    return Recipe("texts", code_digest(*CODE), "noveto.similar.corpus:text_result", ("case",))


def text_result(record: Record, context: Context) -> tuple[bytes, bool, int]:
    """Return the packed words of a case."""
    return marshal.dumps(tuple(text_of(record))), False, ALWAYS


def text_of(record: Record) -> Text:
    """Return the words of a case; a full name of the applicant in them is replaced by 申请人."""
    case = record.case
    end = next((entry for entry in reversed(case.log) if entry.step in ENDINGS), None)
    filed = next((entry for entry in reversed(case.log) if entry.step == "veto_proposed"), None)
    given = filed.data.get("grounds") if filed is not None else case.head.get("grounds")
    grounds = str(given.get("text") or "") if isinstance(given, dict) else ""
    facts = case.facts
    if case.sensitive:
        facts = grounds = ""
    return Text(
        case.id,
        case.raised.date().toordinal(),
        end.day.toordinal() if end is not None else 0,
        end is not None and end.step == "answered",
        case.unnamed(case.matter.name.strip()),
        case.unnamed(facts.strip()),
        case.unnamed(grounds.strip()),
    )


def texts(ledger: Ledger, paths: Sequence[str] | None = None) -> Iterator[Text]:
    """Yield the words of every case, or of those at ``paths``, in path order."""
    recipe = text_recipe()
    for found in ledger.derived(recipe) if paths is None else ledger.some([recipe], paths)[0]:
        yield Text(*marshal.loads(found.payload))  # noqa: S302 - written by this program
