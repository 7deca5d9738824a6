"""Catalogue entries NV2xx: times, deadlines, and the notices of the calendar."""

from __future__ import annotations

from noveto.findings.catalogue import nv2_time, nv28
from noveto.findings.catalogue.rule import Rule

RULES: tuple[Rule, ...] = (*nv2_time.RULES, *nv28.RULES)
