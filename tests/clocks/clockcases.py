"""Random cases for the clocks: mostly plausible lives of a case, with the nasty ones made frequent.

``case(seed)`` is deterministic. It returns the plain mapping of a case file (the fields the clocks read, and what
``build_case`` requires), the arrivals of its log entries (None: a ledger without receipts) and today.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

UNITS = ("zjj", "bdc", "zrzy")
TRACKS = ("general", "special", "cross_department")
ANCHORS = [
    date(2018, 12, 27), date(2019, 4, 26), date(2020, 1, 20), date(2022, 1, 26), date(2023, 12, 26),
    date(2024, 9, 11), date(2025, 1, 22), date(2025, 9, 25), date(2026, 2, 10), date(2026, 4, 28),
    date(2026, 9, 17), date(2026, 9, 28), date(2026, 11, 30), date(2026, 12, 8), date(2026, 12, 16), date(2026, 12, 24),
]  # fmt: skip


class Life:
    """Writes one case step by step."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        anchor = (
            self.r.choice(ANCHORS) if self.r.random() < 0.6 else date(2018, 1, 2) + timedelta(self.r.randrange(3270))
        )
        self.raised = self.moment(anchor + timedelta(self.r.randrange(-3, 7)), 8)
        self.at = self.raised
        self.log: list[dict[str, Any]] = []
        self.phase = "open"
        self.flags: set[str] = set()
        self.asked: list[str] = []

    def moment(self, day: date, hour: int | None = None) -> datetime:
        h = hour if hour is not None else self.r.randrange(8, 20)
        return datetime(day.year, day.month, day.day, h, self.r.choice((0, 5, 30)))

    def chance(self, p: float) -> bool:
        return self.r.random() < p

    def move(self) -> None:
        gap = self.r.choices((0, 1, 2, 3, 5, 9, 25), (40, 22, 12, 10, 8, 6, 2))[0]
        if gap:
            self.at = self.moment(self.at.date() + timedelta(gap))
        elif self.chance(0.7):  # else: a tie in the same minute
            self.at = max(self.at, self.moment(self.at.date(), min(20, self.at.hour + 1)))

    def near(self, low: int, high: int) -> str:
        return (self.at.date() + timedelta(self.r.randrange(low, high))).isoformat()

    def add(self, step: str, **fields: Any) -> None:
        self.log.append({"at": self.at.isoformat(timespec="minutes"), "by": "rsj-001", "step": step, **fields})

    def choose(self) -> str:
        noise = self.chance(0.04)
        if noise:
            return self.r.choice(list(WEIGHTS))
        allowed = dict(WEIGHTS)
        if self.phase == "open":
            for name in ("reopened", "delivered"):
                allowed.pop(name)
            if "waiting" not in self.flags:
                for name in ("supplement_received", "lapsed", "disputed"):
                    allowed.pop(name)
            else:
                allowed["supplement_received"] = 30
            if "suspended" not in self.flags:
                allowed.pop("resumed"), allowed.pop("review_extended")
            else:
                allowed.pop("suspended")
                allowed["resumed"] = 12
            if "vetoed" in self.flags:
                allowed["unit_review"] = 14
                allowed["filed"] = 6
            if self.asked:
                allowed["consult_answered"] = 10
        else:
            allowed = {
                "reopened": 6,
                "disputed": 4,
                "delivered": 10,
                "voided": 1,
                "called_back": 1,
                "filed": 2,
                "note": 2,
            }
        return self.r.choices(list(allowed), list(allowed.values()))[0]

    def step(self) -> None:
        name = self.choose()
        fields: dict[str, Any] = {}
        if name in ("submitted", "veto_proposed"):
            fields = {"to": "rsj-002"}
        elif name == "unit_review":
            fields = {
                "decision": self.r.choice(
                    ("approve_refusal", "approve_refusal", "veto_rejected", "return", "raise", "do")
                )
            }
        elif name == "escalation_result":
            fields = {"decision": self.r.choice(("do", "approve_refusal", "veto_rejected", "guidance"))}
        elif name == "escalated":
            fields = {"to": self.r.choice(("unit_leadership", "yingshangban", "superior"))}
        elif name == "consulted":
            self.asked = self.r.sample(UNITS, self.r.randrange(1, 4))
            fields = {"units": self.asked, "question": "?", "reply_by": self.near(0, 9)}
        elif name == "consult_answered":
            fields = {"unit": self.r.choice(UNITS), "stance": "agree", "basis": "?"}
        elif name == "conferred":
            fields = {"units": ["zjj"], "consensus": self.chance(0.3), "minutes": "?"}
        elif name == "supplement_notice":
            fields = {"items": ["?"], "due_by": self.near(5, 20), "cause": "first"}
            self.flags.add("waiting")
        elif name == "supplement_received":
            fields = {"complete": self.chance(0.7)}
            self.flags.discard("waiting")
        elif name == "suspended":
            fields = {
                "kind": self.r.choice(("study", "expert")),
                "from": self.near(-3, 4) if self.chance(0.5) else self.near(0, 1),
            }
            if self.chance(0.8):
                fields["review_by"] = self.near(1, 25)
            self.flags.add("suspended")
        elif name == "review_extended":
            fields = {"review_by": self.near(1, 25), "approver": "rsj-002"}
        elif name == "resumed":
            fields = {"from": self.near(-3, 4) if self.chance(0.4) else self.near(0, 1)}
            self.flags.discard("suspended")
        elif name == "reclassified":
            fields = {"track": self.r.choice(TRACKS), "reason": "?", "approver": "rsj-002"}
        elif name == "extended":
            fields = {"until": self.near(3, 40)} | ({"approver": "rsj-002"} if self.chance(0.8) else {})
        elif name == "answered":
            fields = {"result": self.r.choice(("done", "refused", "refused", "redirected", "explained", "to_petition"))}
        elif name == "delivered":
            fields = {"copy": self.r.choice(("applicant", "applicant", "bureau", "window")), "method": "handed"}
        self.add(name, **fields)
        if name == "veto_proposed":
            self.flags.add("vetoed")
        if name in ("answered", "withdrawn", "lapsed", "voided"):
            self.phase, self.flags, self.asked = name, self.flags & {"vetoed"}, []
        if name in ("reopened", "disputed"):
            self.phase = "open"
            self.flags.discard("waiting")

    def value(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "id": "rsj-20260305-01", "unit": "rsj", "window": "rsj-w03", "clerk": "rsj-001",
            "raised": self.raised.isoformat(timespec="minutes"), "handling": "guide", "kind": "application",
            "channel": "window", "applicant": {"kind": "anonymous"}, "track": self.r.choice(TRACKS),
            "matter": {"name": "?", "category": "other", "licensing": self.chance(0.4)}, "reason": {"main": "R04"},
            "facts": "?", "log": self.log,
        }  # fmt: skip
        if self.chance(0.5):
            day = self.raised.date() + timedelta(self.r.choice((-9, -3, -1, 0, 0, 1, 4)))
            out["accepted"] = self.moment(day).isoformat(timespec="minutes")
        if self.chance(0.1):
            out["entry"] = {"mode": self.r.choice(("paper", "outage", "migrated")), "why": "?"}
        return out


WEIGHTS = {
    "submitted": 10, "veto_proposed": 12, "unit_review": 4, "consulted": 7, "consult_answered": 2, "conferred": 4,
    "interim_reply": 5, "supplement_notice": 7, "supplement_received": 1, "lapsed": 1, "escalated": 4,
    "escalation_result": 3, "suspended": 7, "review_extended": 3, "resumed": 2, "reclassified": 6, "extended": 4,
    "answered": 9, "delivered": 1, "filed": 2, "disputed": 3, "reopened": 1, "withdrawn": 1, "voided": 1, "note": 2,
    "explained": 1,
}  # fmt: skip


def case(seed: int) -> tuple[dict[str, Any], list[date | None] | None, date]:
    """One random case with its arrivals and today."""
    life = Life(seed)
    r = life.r
    value = life.value()
    for _ in range(r.choice((0, 1, 2, 3, 4, 5, 6, 8, 11, 15))):
        life.move()
        if life.phase == "voided" and not life.chance(0.1):
            break
        life.step()
    if len(life.log) > 1 and life.chance(0.15):  # an entry typed after its day: the order of entry is another
        late = life.log.pop(r.randrange(len(life.log)))
        life.log.append(late)
    arrivals: list[date | None] | None = None
    if life.chance(0.75):
        arrivals = []
        for entry in life.log:
            day = date.fromisoformat(entry["at"][:10])
            arrivals.append(None if life.chance(0.1) else day + timedelta(r.choices((0, 1, 2, 6), (80, 10, 6, 4))[0]))
    last = max([life.raised.date(), *(date.fromisoformat(e["at"][:10]) for e in life.log)])
    if arrivals:
        last = max([last, *(day for day in arrivals if day)])
    today = last + timedelta(r.choices((0, 1, 2, 3, 5, 8, 13, 30), (25, 15, 12, 12, 10, 10, 8, 8))[0])
    return value, arrivals, today


def complaint(seed: int) -> tuple[dict[str, Any], date]:
    """One random complaint and today."""
    r = random.Random(seed)
    life = Life(seed)
    for _ in range(r.randrange(6)):
        life.move()
        name = r.choice(
            (
                "assigned",
                "replied",
                "suspended",
                "review_extended",
                "resumed",
                "answered",
                "called_back",
                "withdrawn",
                "note",
                "voided",
            )
        )
        fields: dict[str, Any] = {"kind": "study"} if name == "suspended" else {}
        if name in ("suspended", "resumed"):
            fields["from"] = life.near(-3, 4)
        if name == "review_extended" or (name == "suspended" and r.random() < 0.7):
            fields["review_by"] = life.near(1, 12)
        life.add(name, **fields)
    value = {
        "id": "gq-c20260305-01", "hall": "gq", "received": life.raised.isoformat(timespec="minutes"),
        "complex": r.random() < 0.4, "channel": "window", "kind": "other", "facts": "?", "about": {"unit": "rsj"},
        "log": life.log,
    }  # fmt: skip
    return value, life.at.date() + timedelta(r.choice((0, 0, 1, 2, 4, 9, 20)))
