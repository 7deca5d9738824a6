"""Small statistics, exactly defined."""

from __future__ import annotations

import math
from collections.abc import Sequence

Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""


def wilson(hits: int, n: int) -> tuple[float, float] | None:
    """Return the Wilson 95 % interval of ``hits`` out of ``n`` within [0, 1], None for n = 0.

    It always contains hits / n and stays inside [0, 1] (E. B. Wilson, 1927). Raises ValueError unless
    0 <= hits <= n.
    """
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} out of {n}")
    if n == 0:
        return None
    p, z2 = hits / n, Z95 * Z95
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return max(0.0, min(centre - half, p)), min(1.0, max(centre + half, p))


def median(values: Sequence[int]) -> float | None:
    """Return the middle value, the mean of the two middle ones for an even number, None for none."""
    if not values:
        return None
    ranked, half = sorted(values), len(values) // 2
    return float(ranked[half]) if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2


def percentile(values: Sequence[int], percent: int) -> int | None:
    """Return the nearest-rank percentile: the least value that at least ``percent`` % do not exceed."""
    if not values:
        return None
    if not 0 < percent <= 100:
        raise ValueError(f"percent {percent}")
    rank = -(-len(values) * percent // 100)
    return sorted(values)[rank - 1]
