"""Catalogue entries NV2xx."""

from __future__ import annotations

from noveto.findings.catalogue import nv28
from noveto.findings.catalogue.rule import Rule

RULES: tuple[Rule, ...] = (*nv28.RULES,)
