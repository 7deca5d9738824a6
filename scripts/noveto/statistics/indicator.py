"""One figure of the catalogue: what it counts, how, by which day, and by which article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["count", "fraction", "spread"]

_DAYS = {
    "case": "登记（出现无法当场答复情形）那天",
    "complaint": "收到反映那天",
    "improvement": "立项那天",
}


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure: its key, number in the list of indicators, words, formula in words, attribution, source.

    ``unit`` is what is counted; ``good`` says whether more is better (1), worse (-1) or neither (0).
    """

    key: str
    code: str
    name: str
    kind: Kind
    unit: str
    formula: str
    cite: str
    good: int = 0
    of: str = "case"

    @property
    def day(self) -> str:
        """The day a record is counted by, in words."""
        return _DAYS[self.of]
