"""抽查: a random sample anybody can draw again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from noveto.checks.run import hold_errors
from noveto.statistics.gather import all_cases, recipe

if TYPE_CHECKING:
    from noveto.ledger import Ledger

METHOD = "把种子、竖线、编号连起来（种子|编号）算 SHA-256，按算出来的十六进制数从小到大排，取前面几件"


def draw(seed: str, names: Iterable[str], size: int) -> tuple[str, ...]:
    """Return ``size`` of ``names`` (all, where there are fewer) in the order drawn.

    By SHA-256 of ``seed|name``: the same in every language and on every machine, and nobody can pick.
    """
    return tuple(sorted(set(names), key=lambda name: hashlib.sha256(f"{seed}|{name}".encode()).hexdigest())[:size])


def pools(ledger: Ledger, first: date, last: date, today: date) -> dict[str, list[str]]:
    """Return by unit the cases raised in a span in which a veto was proposed, by ``today``; voided ones left out."""
    hold_errors(ledger, today, recipe(ledger.context))
    found: dict[str, list[str]] = {}
    since, until = first.toordinal(), last.toordinal()
    for case in all_cases(ledger, today, first=first, last=last):
        if since <= case.raised <= until and case.vetoes and not case.voided:
            found.setdefault(case.unit, []).append(case.id)
    return {unit: sorted(found[unit]) for unit in sorted(found)}
