"""What the site says of quarantined records: file, line and message, never what the file says of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from noveto.findings.catalogue import CATALOGUE

if TYPE_CHECKING:
    from noveto.findings import Finding
    from noveto.ledger import Ledger

_PERSON = re.compile(r"(?:applicant|complainant)\s*[:：]")
_INSIDE = re.compile(r"\s*(?:name|contact|ref)\s*[:：]")
_QUOTED = re.compile(r"`[^`]*[^\x00-\x7f][^`]*`")
_HIDDEN = "这一行写的是来人的情况，内容不放在网站上。"
_MEND = "请打开这个文件的这一行改；怎么改，运行 noveto check 看。"


@dataclass(frozen=True, slots=True)
class Told:
    """One finding as others may read it. ``fix`` is "" where it would repeat the text of the file."""

    path: str
    owner: str
    line: int
    column: int
    code: str
    message: str
    fix: str


def held(ledger: Ledger) -> Iterator[Told]:
    """Yield the findings of every quarantined record, in order of file.

    Numbers are starred in messages already. A message about the lines that name the applicant (or the
    complainant) may repeat a name: there only the title of the rule is told.
    """
    for item in ledger.quarantined:
        source = _Source(ledger, item.path)
        for finding in item.findings:
            message, fix = finding.message, finding.fix
            if source.names_a_person(finding):
                message, fix = f"{CATALOGUE[finding.code].title}。{_HIDDEN}", _MEND
            elif _QUOTED.search(fix):
                fix = ""
            yield Told(item.path, item.owner, finding.line, finding.column, finding.code, message, fix)


class _Source:
    """The text of a quarantined file, read when first asked."""

    def __init__(self, ledger: Ledger, path: str) -> None:
        self._ledger = ledger
        self._path = path

    def names_a_person(self, finding: Finding) -> bool:
        """Say whether a finding is about the lines of the person: by its field, else by its line."""
        if finding.code.startswith("NV60"):  # a number, starred, wherever it stands
            return False
        return _PERSON.match(f"{finding.field.partition('.')[0]}:") is not None or finding.line in self._lines

    @cached_property
    def _lines(self) -> frozenset[int]:
        """Numbers of the lines from ``applicant:`` to the next key, and of those that look like parts of it."""
        text = self._ledger.source(self._path).decode("utf-8", "replace")
        found, within = set(), False
        for number, line in enumerate(text.splitlines(), 1):
            if line[:1].strip() and not line.startswith("#"):
                within = _PERSON.match(line) is not None
            if within or _INSIDE.match(line):
                found.add(number)
        return frozenset(found)
