"""Roads on which others have a say: other departments, the body above, experts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from noveto.calendar import Pause, limit
from noveto.demo.acts import answer, escalate, hand_over, how, opinion, propose, refuse, review, submit, told
from noveto.demo.life import Life
from noveto.demo.paths import study

_DAY = timedelta(days=1)


def cross(life: Life) -> None:
    """Ask other departments, confer, raise the level where they cannot agree, answer."""
    life.track = "cross_department"
    units = life.world.others(life.rng, life.place, life.matter.category, 1 if life.chance(0.45) else 2)
    if not units:
        study(life)
        return
    if life.chance(0.3):
        submit(life)
    last = life.reply_day()
    reply_by = life.day(5)
    life.add("consulted", life.own(), life.soon(3) if life.chance(0.5) else life.soon(300), units=units,
             question=life.say("consult_question"), reply_by=f"{reply_by:%Y-%m-%d}")  # fmt: skip
    interim = life.chance(0.93)
    stances = [_consult(life, unit, last) for unit in units]
    if interim:
        _interim(life, late=life.chance(0.05))
    differ = "disagree" in stances
    if differ or life.chance(0.3):
        agreed = not differ or life.chance(0.5)
        life.add("conferred", life.head(), life.on(life.day(life.between(last, 0.5))), units=[life.place.unit, *units],
                 consensus=agreed, minutes=life.say(f"conferred.{'true' if agreed else 'false'}"))  # fmt: skip
        if not agreed:
            escalate(life, last, "yingshangban" if life.chance(0.85) else "superior")
    if life.chance(0.5) and not any(act.step == "escalation_result" for act in life.acts):
        review(life, last, "do")
    if life.chance(0.12):
        propose(life)
        opinion(life, last, "agree", 0.8)
        refusing = life.chance(0.4)
        review(life, last, "approve_refusal" if refusing else "veto_rejected")
        if refusing:
            refuse(life, last)
            return
    answer(life, "done", last)


def _consult(life: Life, unit: str, last: int) -> str:
    """One consulted unit answers, mostly within five days; returns its stance ("" for no answer)."""
    if life.chance(0.02):
        return ""
    place = life.world.places[unit]
    here, life.now = life.now, life.acts[-1].at if life.acts[-1].step == "consulted" else life.now
    days = 1 + int(life.rng.random() ** 1.3 * 5) if life.chance(place.on_time) else 6 + int(life.rng.random() * 4)
    stance = life.rng.choices(("agree", "conditional", "disagree", "not_ours"), cum_weights=(0.6, 0.84, 0.96, 1.0))[0]
    by = place.clerk(life.rng, place.windows[0].id) if life.chance(0.8) else place.leader
    to = None
    if stance == "not_ours":
        to = next(
            (u for u in life.world.partners.get(life.matter.category, ()) if u not in (unit, life.place.unit)), None
        )
    life.add("consult_answered", by, life.on(life.day(min(days, max(last, 1)))), unit=unit, stance=stance,
             basis=life.say("consult.basis"), to=to, text=life.say(f"consult.{stance}"))  # fmt: skip
    life.now = max(here, life.now)
    return stance


def _interim(life: Life, *, late: bool) -> None:
    """Tell the applicant in between why it takes longer, by working day 3 of the round."""
    promised = life.day(life.limit())
    now, life.now = life.now, life.acts[0].at
    at = life.on(life.day((4 if late else 1) + int(life.rng.random() * 3)))
    life.now = now
    promised = max(promised, life.cal.add_workdays(at.date(), 2))
    life.add("interim_reply", life.clerk, at, new_date=f"{promised:%Y-%m-%d}", text=life.say("interim_reply"))


def special(life: Life) -> None:
    """A special matter: five days, often suspended while experts study it."""
    life.track = "special"
    submit(life)
    if life.chance(0.45):
        suspend(life)
        return
    last = life.reply_day()
    if last > 3 or life.chance(0.2):
        _interim(life, late=life.chance(0.06))
    opinion(life, last)
    review(life, last, "do")
    answer(life, "done" if life.chance(0.985) else "explained", last)


def suspend(life: Life, back_after: int | None = None) -> None:
    """Stop the clock for a study or an expert's opinion, and go on when it is there."""
    rng, leader = life.rng, life.place.leader
    at = life.on(life.day(1 + int(rng.random() * 2)))
    first = life.cal.add_workdays(at.date(), 1)
    review_by = life.cal.add_workdays(first, 20)
    kind = "expert" if life.chance(0.6) else "study"
    papers: dict[str, Any] = {
        "approver": leader,
        "reason": life.say("suspended.reason"),
        "document": {
            "title": life.say("suspended.document"),
            "number": f"论〔{at.year}〕{int(rng.random() * 60) + 1}号",
        },
        "review_by": f"{review_by:%Y-%m-%d}",
        "applicant_told": True,
    }
    if life.chance(0.06):  # breach: a suspension lacking one of what it needs
        papers.pop(rng.choice(("document", "approver", "reason", "applicant_told")))
    life.add("suspended", leader, at, kind=kind, **{"from": f"{first:%Y-%m-%d}"}, **papers)
    if life.chance(0.9):
        _interim(life, late=life.chance(0.08))
    days = back_after or 5 + int(rng.random() * 18)
    if back_after is None and life.chance(0.15):
        extended = life.cal.add_workdays(review_by, 15)
        life.add("review_extended", leader, life.on(life.cal.add_workdays(first, 18)), review_by=f"{extended:%Y-%m-%d}",
                 approver=leader, text=life.say("review_extended"))  # fmt: skip
        days = 22 + int(rng.random() * 10)
    back = life.cal.add_workdays(first, days)
    life.add(
        "resumed",
        leader,
        life.on(back),
        **{"from": f"{life.cal.next_workday(back):%Y-%m-%d}"},
        text=life.say("resumed"),
    )
    due = limit(life.cal, life.start, life.limit(), (Pause(first, back - _DAY),)).due or back
    late = 0 if life.punctual else 1 + int(rng.random() * 4)
    end = life.cal.add_workdays(due, late) if late else max(back, life.cal.previous_workday(due))
    if life.chance(0.8):
        life.add(
            "unit_review",
            leader,
            life.on(life.cal.previous_workday(end)),
            decision="do",
            text=life.say("unit_review.do"),
        )
    at = life.on(end)
    life.add(
        "answered", life.clerk, at, result="done", how=how(life), told_to=told(life), text=life.say("answered.done")
    )
    life.ended = True
    if life.matter.licensing and life.accepted:
        hand_over(life, 10)


ROADS = {"cross": cross, "special": special}
