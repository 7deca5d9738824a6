"""The version of the code behind a cached result: a hash over the source files that made it."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from functools import cache
from pathlib import Path

from noveto import __version__


@cache
def code_digest(*names: str) -> str:
    """Return a hash over the source of the named modules and packages (with all they contain) and of Python.

    It costs about a millisecond for fifty files and never imports anything. Where there is no source to
    read (an installation without it), the version of noveto stands for it.
    """
    found = hashlib.sha256(f"{__version__} {sys.version_info[:2]} {sys.byteorder}".encode())
    for name in names:
        spec = importlib.util.find_spec(name)
        places = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
        files = sorted(file for place in places for file in place.rglob("*.py"))
        if spec and spec.origin and not places:
            files = [Path(spec.origin)]
        for file in files:
            found.update(name.encode() + b"\0" + file.name.encode() + b"\0")
            try:
                found.update(file.read_bytes())
            except OSError:
                continue
    return found.hexdigest()[:24]
