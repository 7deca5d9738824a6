"""What tells where the values of a file stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Marks(Protocol):
    """Where values stand in their file: ``noveto.source.Loaded``."""

    def position(self, path: Sequence[str | int], key: bool = False) -> tuple[int, int]:
        """Return line and column of the value (or of its key) at ``path``, counted from 1."""
        ...
