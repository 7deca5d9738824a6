"""Results that higher floors compute per record, cached with the record's content.

A recipe names a function of one record and of the ledger's configuration; the ledger calls it in its workers
and keeps what it returns under the content's id and the recipe's key. It never knows what the bytes mean.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from noveto.ledger.context import Context
    from noveto.ledger.record import Record

ALWAYS = 9_999_999
"""The ``until`` of a result that is live on every day."""

Result = tuple[bytes, bool, int]
"""What a recipe's function returns: payload, live, until."""


class Recipe(NamedTuple):
    """How to derive something from one record.

    ``function`` is ``"module:attribute"`` of a function ``(record, context) -> (payload, live, until) | None``.
    ``live`` marks a result that has to be looked at on every day, ``until`` (ordinal of a day) the last day on
    which an otherwise settled one has to be looked at: ``Ledger.live`` asks for both by index and never
    touches the rest. None keeps nothing and is not asked again.

    ``key`` must change with everything the result depends on besides the record's content: code (see
    noveto.ledger.code.code_digest), rules, calendar, registry. ``arrivals`` says whether it also depends on
    receipts: not at all, only for records with a veto_proposed step, or always. ``broken`` also asks for files
    that are not form-valid. ``params`` reaches the function as ``context.params``.
    """

    name: str
    key: str
    function: str
    kinds: tuple[str, ...] = ("case",)
    arrivals: Literal["none", "veto", "all"] = "none"
    broken: bool = False
    params: str = ""

    def load(self) -> Callable[[Record, Context], Result | None]:
        """Import the function."""
        module, _, attribute = self.function.partition(":")
        found: Callable[[Record, Context], Result | None] = getattr(importlib.import_module(module), attribute)
        return found


class Derived(NamedTuple):
    """One cached result: whose it is, what the recipe's function said, and whether it is live on every day."""

    path: str
    kind: str
    blob: str
    payload: bytes
    live: bool = False


def pack_days(days: Sequence[int | None], begun: int | None = None) -> str:
    """Write arrival days (ordinals) compactly: a point, each entry's and a bar, the bar alone for None, that of the
    head last."""
    return "." + "".join([f"{day}|" if day else "|" for day in days]) + (str(begun) if begun else "")


def unpack_days(text: str) -> tuple[date | None, ...]:
    """Read what pack_days wrote; anything else (nobody asked for arrivals) is no day at all."""
    if not text.startswith("."):
        return ()
    return tuple(date.fromordinal(int(part)) if part else None for part in text[1:].split("|")[:-1])


def unpack_begun(text: str) -> date | None:
    """Read the day the head arrived from what pack_days wrote, None where it is not known."""
    begun = text[1:].rpartition("|")[2] if text.startswith(".") else ""
    return date.fromordinal(int(begun)) if begun else None
