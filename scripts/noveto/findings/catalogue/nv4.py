"""Catalogue entries NV4xx."""

from __future__ import annotations

from noveto.findings.catalogue.rule import Rule

RULES: tuple[Rule, ...] = ()
