"""Catalogue entries NV9xx."""

from __future__ import annotations

from noveto.findings.catalogue.rule import Rule

RULES: tuple[Rule, ...] = ()
