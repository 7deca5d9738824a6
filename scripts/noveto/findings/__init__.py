"""Findings: what the checker has to say, its catalogue of codes and its renderers."""

from noveto.findings.catalogue import CATALOGUE, Rule, make
from noveto.findings.model import RANK, Finding, Severity

__all__ = ["CATALOGUE", "RANK", "Finding", "Rule", "Severity", "make"]
