"""A ledger read by simple means: PyYAML and the git command, nothing of the package. Slow, and easy to believe."""

import json
import re
import subprocess
from collections import defaultdict
from datetime import date, datetime

import yaml


def git(folder, *args):
    return subprocess.run(["git", *args], cwd=folder, capture_output=True, check=True).stdout


def read_cases(folder):
    """Return {id: (value after its corrections, log without what was struck, day of receipt of each entry)}.

    The days are None in a ledger without receipts; broken files are left out.
    """
    came = arrivals(folder)
    found = {}
    for file in sorted(folder.glob("records/cases/*/*/*.yml")):
        try:
            value = booleans(yaml.load(file.read_text("utf-8-sig"), yaml.BaseLoader))
        except (yaml.YAMLError, UnicodeDecodeError):
            continue
        if not isinstance(value, dict) or not isinstance(value.get("log") or [], list):
            continue
        try:
            log = corrected(value)
        except (KeyError, ValueError, TypeError, AttributeError):
            continue  # a broken draft
        path = file.relative_to(folder).as_posix()
        found[file.stem] = (
            value,
            log,
            None if came is None else (came.get(path, []) + [None] * 99)[: len(value.get("log") or [])],
        )
    return found


def booleans(value):
    if isinstance(value, dict):
        return {key: booleans(item) for key, item in value.items()}
    if isinstance(value, list):
        return [booleans(item) for item in value]
    return {"true": True, "false": False}.get(value, value)


def corrected(value):
    """Apply corrections to ``value`` in place, and return its log without the struck entries, each with its ``n``."""
    log = value.get("log") or []
    gone = set()
    for n in range(len(log), 0, -1):
        if log[n - 1]["step"] == "struck" and n not in gone and int(log[n - 1]["entry"]) < n:
            gone.add(int(log[n - 1]["entry"]))
    for n, entry in enumerate(log, 1):
        if entry["step"] == "corrected" and n not in gone:
            *way, last = entry["field"].split(".")
            here = value
            for part in way:
                here = here[int(part) - 1] if part.isdigit() else here[part]
            if str(here.get(last, "")).rstrip("\n") == str(entry.get("was", "")).rstrip("\n"):
                here[last] = entry["now"]
    return [dict(entry, n=n) for n, entry in enumerate(log, 1) if n not in gone]


def arrivals(folder):
    """Return {path: the day of the receipt of the first version that holds each entry}; None without receipts."""
    refs = git(
        folder, "for-each-ref", "--format=%(refname)", "refs/heads/receipts", "refs/remotes/origin/receipts"
    ).split()
    if not refs:
        return None
    ref = refs[-1].decode()
    received = {}
    for name in git(folder, "ls-tree", "--name-only", ref).decode().split():
        for line in git(folder, "show", f"{ref}:{name}").splitlines():
            row = json.loads(line)
            received.setdefault(row["commit"], datetime.fromisoformat(row["received"]).date())
    log = git(folder, "log", "--first-parent", "--diff-merges=first-parent", "--reverse", "--raw", "--no-abbrev",
              "--no-renames", "--format=commit %H", "HEAD", "--", "records/cases").decode()  # fmt: skip
    versions, commit = defaultdict(list), ""
    for line in log.splitlines():
        if line.startswith("commit "):
            commit = line[7:]
        elif line.startswith(":"):
            blob, path = line.split()[3], line.split("\t")[1]
            versions[path].append((received.get(commit), blob))
    blobs = sorted({blob for held in versions.values() for _, blob in held if blob.strip("0")})
    counts = count_entries(folder, blobs)
    found: dict[str, list[date | None]] = {}
    for path, held in versions.items():
        days: list[date | None] = []
        for day, blob in held:
            days += [day] * (counts.get(blob, 0) - len(days))
        found[path] = days
    return found


def count_entries(folder, blobs):
    done = subprocess.run(
        ["git", "cat-file", "--batch"],
        cwd=folder,
        input="\n".join(blobs).encode() + b"\n",
        capture_output=True,
        check=True,
    ).stdout
    counts, at = {}, 0
    while at < len(done):
        end = done.index(b"\n", at)
        name, _, size = done[at:end].decode().split()
        text = done[end + 1 : end + 1 + int(size)]
        counts[name] = len(re.findall(rb"^- at:", text, re.MULTILINE))
        at = end + 2 + int(size)
    return counts
