"""The words of the demo ledger: scenarios by matter, phrases by step, and the slots that vary them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

DATA = Path(__file__).parent / "data"
_SLOT = re.compile(r"\{([a-z_]+)\}")

Template = tuple[tuple[str, str], ...]
"""A sentence cut into (text, slot) pairs; the slot of the last pair may be empty."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way a matter gets stuck: the reason codes, the main one first, and the sentence."""

    reasons: tuple[str, ...]
    text: Template


def read(name: str) -> Any:
    """Read one data file of the package: every scalar a string, as in the ledger itself."""
    import yaml

    return yaml.load((DATA / name).read_text("utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506 - strings only


def _cut(text: str) -> Template:
    parts = _SLOT.split(text)
    return tuple(zip(parts[0::2], [*parts[1::2], ""], strict=True))


class Corpus:
    """All sentences, ready to be filled. Shared by every case; holds no state."""

    def __init__(self, scenarios: Mapping[str, Sequence[str]], phrases: Mapping[str, Any], slots: Any) -> None:
        self.scenarios = {matter: tuple(_scenario(line) for line in lines) for matter, lines in scenarios.items()}
        self.phrases: dict[str, tuple[Template, ...]] = {
            key: tuple(_cut(line) for line in lines) for key, lines in phrases.items()
        }
        self.slots: dict[str, tuple[Template, ...]] = {
            key: tuple(_cut(line) for line in lines) for key, lines in slots.items()
        }

    @classmethod
    @cache
    def bundled(cls) -> Corpus:
        """Read the data files of the package, once."""
        scenarios: dict[str, Any] = {}
        for file in sorted(DATA.glob("scenarios_*.yml")):
            scenarios |= read(file.name)
        return cls(scenarios, read("phrases.yml"), read("slots.yml"))

    def fill(self, rng: Random, template: Template, year: int) -> str:
        """Fill the slots of a sentence; ``year`` is the year it is spoken in."""
        if len(template) == 1:
            return template[0][0]
        return "".join(text + (self._slot(rng, slot, year) if slot else "") for text, slot in template)

    def _slot(self, rng: Random, slot: str, year: int) -> str:
        if slot == "n":
            return str(2 + int(rng.random() * 8))
        if slot == "days":
            return str(3 + int(rng.random() * 40))
        if slot == "month":
            return str(1 + int(rng.random() * 12))
        if slot == "floor":
            return str(2 + int(rng.random() * 30))
        if slot == "year":
            return str(year - 1 - int(rng.random() ** 2 * 28))
        return self.fill(rng, rng.choice(self.slots[slot]), year)

    def slot(self, rng: Random, slot: str, year: int = 2026) -> str:
        """Return one filling of a slot."""
        return self._slot(rng, slot, year)

    def say(self, rng: Random, *keys: str, year: int = 2026) -> str:
        """Return a sentence under the first of ``keys`` that has any. Raises KeyError when none has."""
        for key in keys:
            found = self.phrases.get(key)
            if found:
                return self.fill(rng, found[int(rng.random() * len(found))], year)
        raise KeyError(keys[-1])


def _scenario(line: str) -> Scenario:
    codes: list[str] = []
    rest = line
    while re.match(r"R[0-9]{2} ", rest):
        codes.append(rest[:3])
        rest = rest[4:]
    return Scenario(tuple(codes), _cut(rest))
