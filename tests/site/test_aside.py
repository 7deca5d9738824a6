"""Work done beside a build: its answer arrives, and where the process fails the work is done here."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

from noveto.site.aside import Aside

ALONE = """
import os
from noveto.site.aside import Aside

here = os.getpid()
told = []

def work(progress):
    progress("算统计", 1, 2)
    return os.getpid()

def dying(progress):
    if os.getpid() != here:
        os._exit(9)
    return "done here"

def failing(progress):
    raise ValueError("why")

with Aside(work, fork=True) as aside:
    assert aside.result(lambda *what: told.append(what)) != here
assert told == [("算统计", 1, 2)]
with Aside(dying, fork=True) as aside:
    assert aside.result(lambda *what: None) == "done here"
with Aside(failing, fork=True) as aside:
    try:
        aside.result(lambda *what: None)
    except ValueError as error:
        assert str(error) == "why"
    else:
        raise AssertionError
print("good")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux only")
def test_forked():
    """In a process without other threads, where forking is safe."""
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(ALONE)], capture_output=True, text=True)
    assert done.stdout == "good\n", done.stderr


def test_not_forked():
    with Aside(lambda _: os.getpid(), fork=False) as aside:
        assert aside.result(lambda *_: None) == os.getpid()
