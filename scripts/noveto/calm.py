"""Collecting garbage less often: many objects are made here, and few of them in circles."""

from __future__ import annotations

import gc


def calm() -> None:
    """Collect seldom in this process."""
    gc.set_threshold(100_000, 50, 50)


def calm_child() -> None:
    """Collect seldom in a process that was just started, and never what it may share with its parent."""
    gc.freeze()
    calm()


def leave() -> None:
    """Collect nothing any more: the process ends, and its memory goes as a whole."""
    gc.disable()
    gc.freeze()
