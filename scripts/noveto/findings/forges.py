"""Findings for forges: workflow commands (GitHub, Gitea, Forgejo) and GitLab's code quality report."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable

from noveto.findings.model import Finding
from noveto.findings.terminal import WORDS

_COMMANDS = {"error": "error", "breach": "warning", "warning": "warning", "note": "notice"}
_GITLAB = {"error": "critical", "breach": "major", "warning": "minor", "note": "info"}
_NUMBERS = re.compile(r"[0-9]+")


def github(findings: Iterable[Finding]) -> str:
    """Return one workflow command a finding; forges show it beside the line of the file."""
    out = []
    for one in findings:
        properties = {"file": one.file}
        if one.line:
            properties |= {"line": str(one.line), "col": str(max(one.column, 1))}
        properties["title"] = f"{WORDS[one.severity]} {one.code}"
        shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
        message = one.message + (f"\n怎么改：{one.fix}" if one.fix else "")
        out.append(f"::{_COMMANDS[one.severity]} {shown}::{_data(message)}\n")
    return "".join(out)


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def gitlab(findings: Iterable[Finding]) -> str:
    """Return a code quality report.

    A fingerprint names a finding across commits: it holds no numbers, so lines may move and delays grow, and is
    unique within the report (GitLab drops a second one of the same fingerprint).
    """
    seen: Counter[str] = Counter()
    report = []
    for one in findings:
        name = "\0".join((one.code, one.file, one.field, _NUMBERS.sub("0", one.message)))
        seen[name] += 1
        fingerprint = hashlib.sha256(f"{name}\0{seen[name]}".encode()).hexdigest()
        report.append(
            {
                "description": one.message + (f"怎么改：{one.fix}" if one.fix else ""),
                "check_name": one.code,
                "fingerprint": fingerprint,
                "severity": _GITLAB[one.severity],
                "location": {"path": one.file, "lines": {"begin": max(one.line, 1)}},
            }
        )
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"
