"""The shape of a catalogue entry."""

from __future__ import annotations

from typing import NamedTuple

from noveto.findings.model import Severity


class Rule(NamedTuple):
    """One code of the catalogue.

    ``message`` and ``fix`` are ``str.format`` templates in Chinese; ``cite`` names the article of the
    notice or law behind the rule (empty for plain form); ``explain`` is a sentence or two for the
    catalogue page.
    """

    code: str
    severity: Severity
    title: str
    message: str
    fix: str
    cite: str = ""
    explain: str = ""

    @property
    def doc(self) -> str:
        """Path of the entry on the site, relative to its root."""
        return f"guide/errors/#{self.code.lower()}"
