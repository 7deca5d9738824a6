"""A month worked out by hand: cases, complaints and improvements of March 2026 as of 2026-03-31.

March 2026 has no holiday; the 2nd, 9th, 16th, 23rd and 30th are Mondays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from noveto.calendar import Calendar
from noveto.clocks import Arrivals, view
from noveto.records.model import Applicant, Case, Entry, Matter
from noveto.rules import Rules
from noveto.statistics import CaseFacts, ComplaintFacts, HeldFacts, ImprovementFacts, Places
from noveto.statistics.derive import case_facts

TOP = Path(__file__).parents[2]
TODAY = date(2026, 3, 31)
D = date.fromisoformat
Step = tuple[Any, ...]
BASIS = {"text": "理由", "basis": [{"title": "某办法", "article": "三", "published": "true"}]}


@cache
def calendar() -> Calendar:
    return Calendar.load(TOP / "records" / "calendar")


@cache
def rules() -> Rules:
    return Rules.load(TOP / "schema" / "rules.yml")


def facts(
    name: str,
    raised: str,
    *log: Step,
    window: str = "",
    track: str = "general",
    matter: str = "",
    reason: str = "R05",
    came: Sequence[str] = (),
    today: date = TODAY,
    mode: str = "",
    begun: str = "",
) -> CaseFacts:
    """Return the facts of a case ``unit-yyyymmdd-nn``; ``came`` are the days its entries were received, ``begun`` the
    day its registration was (without: the day it was raised)."""
    unit = name.rsplit("-", 2)[0]
    entries = tuple(
        Entry(n, datetime.fromisoformat(f"{at}T10:00"), f"{unit}-001", step, dict(*more))
        for n, (at, step, *more) in enumerate(log, 1)
    )
    case = Case(
        id=name, unit=unit, window=window or f"{unit}-w01", clerk=f"{unit}-001",
        raised=datetime.fromisoformat(f"{raised}T09:00"), accepted=None, track=track, track_reason="",  # type: ignore[arg-type]
        kind="application", handling="guide", channel="window", applicant=Applicant("enterprise", "某公司", "138****1111"),
        matter=Matter(f"事项 {matter or name}", "other", id=matter), reason=reason, reasons_also=(), facts="事实",
        sensitive=False, entry_mode=mode, entry_why="", log=entries, head={},
    )  # fmt: skip
    days = tuple(D(day) for day in came)
    found = view(case, rules(), calendar(), today, arrivals=Arrivals(present=bool(came), days=days))
    return case_facts(found, calendar(), (D(begun or raised), *days) if came or begun else (), [])


def veto(day: str, reason: str = "R03") -> Step:
    return (day, "veto_proposed", {"to": "x-002", "reason": {"main": reason}, "grounds": BASIS})


def result(day: str, code: str, **more: Any) -> Step:
    return (day, "answered", {"result": code, "how": "in_person", **more})


@cache
def month() -> tuple[CaseFacts, ...]:
    """The cases; what each of them is for stands in test_indicators."""
    return (
        facts("rsj-20260302-01", "2026-03-02", ("2026-03-03", "submitted", {"to": "x"}), result("2026-03-04", "done"),
              ("2026-03-09", "called_back", {"satisfied": "true"}), matter="m-1", reason="R01",
              came=("2026-03-03", "2026-03-05", "2026-03-09")),
        facts("rsj-20260302-02", "2026-03-02", ("2026-03-04", "submitted", {"to": "x"}),
              result("2026-03-06", "explained"), matter="m-1", reason="R01", came=("2026-03-05", "2026-03-10")),
        facts("rsj-20260305-01", "2026-03-05", ("2026-03-06", "submitted", {"to": "x"}), result("2026-03-10", "done"),
              matter="m-1", reason="R01"),
        facts("rsj-20260309-01", "2026-03-09", veto("2026-03-10", "R04"),
              ("2026-03-10", "window_opinion", {"stance": "agree"}),
              ("2026-03-11", "unit_review", {"decision": "veto_rejected"}), result("2026-03-12", "done"),
              window="rsj-w02", came=("2026-03-10", "2026-03-10", "2026-03-11", "2026-03-12")),
        facts("scjgj-20260309-01", "2026-03-09", veto("2026-03-10"),
              ("2026-03-10", "window_opinion", {"stance": "agree"}),
              ("2026-03-16", "unit_review", {"decision": "approve_refusal"}), result("2026-03-16", "refused"),
              ("2026-03-17", "delivered", {"copy": "applicant", "method": "handed"}),
              ("2026-03-17", "delivered", {"copy": "bureau", "method": "posted"}),
              ("2026-03-17", "delivered", {"copy": "window", "method": "handed"}),
              ("2026-03-18", "disputed", {"reason": "不服"}), result("2026-03-20", "done"),
              came=("2026-03-12", "2026-03-12", "2026-03-16", "2026-03-16", *["2026-03-17"] * 3,
                    "2026-03-18", "2026-03-20")),
        facts("scjgj-20260302-01", "2026-03-02", ("2026-03-02", "submitted", {"to": "x"}),
              ("2026-03-05", "interim_reply", {"new_date": "2026-03-16", "text": "…"}),
              ("2026-03-06", "suspended", {"kind": "expert", "from": "2026-03-06", "review_by": "2026-03-20"}),
              ("2026-03-13", "resumed", {"from": "2026-03-13"}), result("2026-03-13", "done"), track="special"),
        facts("scjgj-20260302-02", "2026-03-02",
              ("2026-03-03", "consulted", {"units": ["zrzy", "gaj"], "question": "？", "reply_by": "2026-03-09"}),
              ("2026-03-06", "consult_answered", {"unit": "zrzy", "stance": "agree"}),
              ("2026-03-11", "consult_answered", {"unit": "gaj", "stance": "disagree"}),
              ("2026-03-12", "conferred", {"units": ["zrzy", "gaj"], "consensus": False}),
              ("2026-03-13", "escalated", {"to": "yingshangban", "reason": "不一致"}), result("2026-03-16", "done"),
              track="cross_department"),
        facts("scjgj-20260325-01", "2026-03-25", ("2026-03-26", "submitted", {"to": "x"}), track="cross_department"),
        facts("rsj-20260316-01", "2026-03-16", ("2026-03-17", "supplement_notice", {"items": ["甲"]}),
              ("2026-03-20", "supplement_received", {"complete": True}),
              ("2026-03-23", "supplement_notice", {"items": ["乙"]}), ("2026-03-30", "lapsed")),
        facts("rsj-20260316-02", "2026-03-16", ("2026-03-17", "supplement_notice", {"items": ["甲"]}),
              ("2026-03-18", "supplement_received", {"complete": True}), result("2026-03-19", "done")),
        facts("rsj-20260316-03", "2026-03-16", ("2026-03-30", "voided", {"reason": "重复", "approver": "x"})),
        facts("rsj-20260330-01", "2026-03-30", ("2026-03-31", "withdrawn", {"recorded_by": "rsj-009"}), reason="R99"),
        facts("rsj-20260323-01", "2026-03-23", ("2026-03-24", "note", {"kind": "contact_attempt", "how": "phone"}),
              ("2026-03-25", "note", {"kind": "contact_attempt", "how": "phone"}),
              result("2026-03-26", "explained", how="sms")),
    )  # fmt: skip


def complaints() -> tuple[ComplaintFacts, ...]:
    day = D("2026-03-02").toordinal()
    return (
        ComplaintFacts("czdt-c20260302-01", day, "rsj", "rsj-w01", "czdt", "attitude", "upheld", "no", "met"),
        ComplaintFacts("czdt-c20260302-02", day, "rsj", "", "czdt", "other", "partly", "", "met_late"),
        ComplaintFacts("czdt-c20260302-03", day, "scjgj", "", "czdt", "other", "not_upheld", "yes", "met"),
        ComplaintFacts("czdt-c20260302-04", day, "scjgj", "", "czdt", "other", "", "", "overdue"),
        ComplaintFacts("czdt-c20260302-05", day, "scjgj", "", "czdt", "other", "", "", "running"),
    )


def improvements() -> tuple[ImprovementFacts, ...]:
    day, target = D("2026-03-06").toordinal(), D("2026-06-30").toordinal()
    return (
        ImprovementFacts("gj-2026-001", day, D("2026-03-06").toordinal(), target, "rsj", "data",
                         ("rsj-20260302-01",), "改系统", "rsj", 4, 1),
        ImprovementFacts("gj-2026-002", day, 0, D("2026-03-20").toordinal(), "scjgj", "law_gap",
                         ("scjgj-20260309-01",), "补规定", "scjgj"),
    )  # fmt: skip


HELD = (HeldFacts("rsj-20260304-01", "rsj", D("2026-03-04").toordinal()),)
PLACES = Places(
    halls={"rsj-w01": "czdt", "rsj-w02": "gcdt", "scjgj-w01": "czdt"},
    counties={"rsj": "", "scjgj": "", "zrzy": "", "gaj": "贵池区"},
)
