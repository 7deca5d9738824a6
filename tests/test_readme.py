"""The tour of the README is run line by line, in one shell, and must print what the README shows.

After an intended change: ``NOVETO_BLESS=1 python -m pytest tests/test_readme.py``, then look at the difference.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
MARK = "-- end of output --"


def shell(commands: list[str], folder: Path) -> list[str]:
    """Run the commands in one shell, as a reader would type them, and return what each printed."""
    script = "".join(f"{command}\necho '{MARK}'\n" for command in commands)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash"],
        input=script,
        cwd=folder,
        env={"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8", "NOVETO_CACHE": str(folder / "cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.split(f"{MARK}\n")[:-1]


def test_the_tour_prints_what_the_readme_shows(tmp_path):
    text = README.read_text("utf-8")
    commands = re.findall(r"^\$ (.*)$", "".join(BLOCK.findall(text)), re.M)
    assert len(commands) > 10
    outputs = dict(zip(enumerate(commands), shell(commands, tmp_path), strict=True))
    number = iter(range(len(commands)))

    def block(match: re.Match[str]) -> str:
        run = re.findall(r"^\$ (.*)$", match[1], re.M)
        shown = ((command, outputs[next(number), command]) for command in run)
        lines = "".join(f"$ {command}\n{output}" for command, output in shown)
        return "```console\n" + "".join(f"{line.rstrip()}\n" for line in lines.splitlines()) + "```"

    real = BLOCK.sub(block, text)
    if os.environ.get("NOVETO_BLESS"):
        README.write_text(real, "utf-8")
    assert text.splitlines() == real.splitlines()
