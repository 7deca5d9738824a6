"""The obvious script: what one writes in an afternoon for the same job, one file after the other.

PyYAML's SafeLoader, ``jsonschema`` with the ledger's schema, and for each file its history through GitPython,
to know when it arrived and who changed it. It finds less than ``noveto check`` does.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import git
import yaml
from jsonschema import Draft202012Validator


def main(root: Path) -> None:
    """Check every case of a ledger and write one line a problem."""
    schema = json.loads((root / "schema/case.schema.json").read_text())
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    repo = git.Repo(root)
    for path in sorted((root / "records/cases").rglob("*.yml")):
        name = path.relative_to(root).as_posix()
        try:
            value = yaml.load(path.read_text(), yaml.SafeLoader)
        except yaml.YAMLError as error:
            sys.stdout.write(f"{name}: {error}\n")
            continue
        value = json.loads(json.dumps(value, default=str))
        for problem in validator.iter_errors(value):
            sys.stdout.write(f"{name}: {problem.message[:80]}\n")
        commits = list(repo.iter_commits("main", paths=name, first_parent=True))
        sys.stdout.write(f"{name}: {len(commits)} {commits[-1].committed_datetime} {commits[0].author.name}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
