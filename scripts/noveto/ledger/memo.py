"""Answers kept whole: asked again about an unchanged ledger, a command says what it said."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from noveto.ledger.judge import DamagedError, seal, unseal

_KEPT = 32


def remember(folder: Path | None, key: str, make: Callable[[], str]) -> str:
    """Return the text kept in ``folder`` under ``key``, else what ``make`` returns, and keep that.

    ``key`` must stand for everything the text depends on. Without a folder, or with a damaged or unwritable one,
    the text is made; keeping it is never worth an error. The newest texts are kept, the others deleted.
    """
    if folder is None:
        return make()
    place = folder / "said" / key
    with contextlib.suppress(OSError, DamagedError, UnicodeDecodeError):
        return unseal(place.read_bytes()).decode("utf-8", "surrogatepass")
    text = make()
    with contextlib.suppress(OSError):
        _keep(place, seal(text.encode("utf-8", "surrogatepass")))
    return text


def _keep(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".new-", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    kept = sorted(place.parent.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in kept[_KEPT:]:
        old.unlink(missing_ok=True)
