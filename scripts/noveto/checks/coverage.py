"""Which rule of the notice is checked by which code, or why it needs none (池数资函〔2022〕73号).

Rule ids are those of the notice's reading: part and item (N3.2b: part three, item two, second rule), F1 and F2
the annexed form.
"""

from __future__ import annotations

COVERED: dict[str, tuple[str, ...]] = {
    "N0": ("NV301", "NV302", "NV305", "NV308", "NV309"),
    "N2": ("NV403",),
    "N3.1a": ("NV410",),
    "N3.1b": ("NV407", "NV408", "NV409"),
    "N3.2a": ("NV405",),
    "N3.2b": ("NV411", "NV412", "NV424", "NV237"),
    "N3.3a": ("NV408",),
    "N3.3b": ("NV201", "NV202", "NV203", "NV322"),
    "N3.3c": ("NV231",),
    "N3.3d": ("NV232", "NV233"),
    "N3.3e": ("NV311", "NV321"),
    "N3.3f": ("NV418", "NV421", "NV242"),
    "N3.3g": ("NV418", "NV456"),
    "N3.3h": ("NV422", "NV243"),
    "N3.3i": ("NV422", "NV425"),
    "N4.1": ("NV240",),
    "N4.2b": ("NV231", "NV234", "NV402", "NV404"),
    "N4.2c": ("NV234",),
    "N4.2d": ("NV232", "NV234", "NV414", "NV415", "NV454"),
    "N4.2e": ("NV232", "NV421"),
    "N4.2f": ("NV413", "NV204", "NV241", "NV457"),
    "N4.3a": ("NV235", "NV406", "NV420"),
    "F1": ("NV451",),
    "F2": ("NV236", "NV451"),
}
"""Codes by rule of the notice."""

NEEDS_NONE: dict[str, str] = {
    "N1": "the four principles are a required choice of the form (handling); any of the four is right",
    "N4.2a": "a unit without its own procedure breaks no record: coverage is counted on the procedures page",
    "N4.3b": "the bureau's analysis is the monthly report; it reads records and writes none",
    "N4.3c": "improvements are the bureau's own work; their form is the schema's, their references NV306",
    "N5": "early answers are an indicator (median, share within half the limit), never a breach",
    "N5.4": "the assessment is computed from the figures; records owe it nothing",
}
"""Rules of the notice that no single record can break."""

BY_THE_SCHEMA: dict[str, str] = {
    "track_reason": "N4.2d: a special or cross-department track without its reason is refused by the form",
    "grounds": "N4.3a: a proposed veto without reason code and grounds is refused by the form",
    "answered.text": "N3.1b: an answer without its text is refused by the form",
    "struck.approver": "a strike or voiding without approver or reason is refused by the form",
    "corrected.approver": "a corrected time without approver is refused by the form",
    "unit": "N3.3e: the first-asked unit is not among the fields a correction may touch (NV171)",
}
"""Requirements that the schema makes, so that no breach is possible."""
