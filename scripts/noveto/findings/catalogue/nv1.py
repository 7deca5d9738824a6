"""Catalogue entries NV1xx: form and schema. The text of a file comes first, then its shape."""

from __future__ import annotations

from noveto.findings.catalogue import nv1_form, nv1_text, nv17
from noveto.findings.catalogue.rule import Rule

RULES: tuple[Rule, ...] = (*nv1_text.RULES, *nv1_form.RULES, *nv17.RULES)
