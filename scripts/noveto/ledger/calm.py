"""Collecting garbage less often where many objects are made and few of them in circles."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

_SELDOM = (100_000, 50, 50)


@contextlib.contextmanager
def calm_gc() -> Iterator[None]:
    """Collect seldom inside the block."""
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def calm_child() -> None:
    """Collect seldom in a process that was just started, and never what it may share with its parent."""
    gc.freeze()
    gc.set_threshold(*_SELDOM)
