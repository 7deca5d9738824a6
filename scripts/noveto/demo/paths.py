"""The roads a case can take, from the first act to the answer.

Every road is a function of a Life. Most follow the notice; the honest breaches (a refusal nobody approved, a
second notice, a suspension without its paper, …) happen here too, in small shares, as they do in offices.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from noveto.calendar import Pause, limit
from noveto.demo.life import Life

_DAY = timedelta(days=1)
HOW = ("in_person", "phone", "sms", "post", "online")
_HOW_SHARES = (0.52, 0.86, 0.91, 0.95, 1.0)


def how(life: Life) -> str:
    """Return how an applicant is told."""
    return life.rng.choices(HOW, cum_weights=_HOW_SHARES)[0]


def told(life: Life) -> str:
    """Return who is told."""
    return "agent" if life.chance(0.12) else "self"


def answer(life: Life, result: str, day: int | None = None, **fields: Any) -> None:
    """Give the applicant the answer, on working day ``day`` of the round (default: soon)."""
    at = life.on(life.day(day)) if day is not None else life.soon(50)
    if life.chance(0.02) and not life.anonymous:
        at = _not_reached(life, at)
        fields.setdefault("how", "sms")
    way = fields.pop("how", None) or ("in_person" if life.anonymous else how(life))
    life.add("answered", life.own(), at, result=result, how=way, told_to=told(life),
             text=life.say(f"answered.{result}"), **fields)  # fmt: skip
    life.ended = True


def _not_reached(life: Life, at: Any) -> Any:
    """Try twice on two days before sending the message."""
    for _ in range(2):
        life.add("note", life.clerk, at, kind="contact_attempt", how="phone", text=life.say("contact_attempt"))
        at = life.on(life.cal.add_workdays(life.now.date(), 1))
    return life.soon(20)


# -- simple roads --------------------------------------------------------------------------------------


def do_now(life: Life) -> None:
    """Done on the spot, or the same day after a word with the head."""
    if life.chance(0.25):
        life.add("explained", life.head(), life.soon(40), text=life.say("explained"))
    answer(life, "done")


def explain(life: Life) -> None:
    """An enquiry, explained."""
    if life.chance(0.5):
        life.add("explained", life.head(), life.soon(90), text=life.say("explained"))
    answer(life, "explained", life.between(life.reply_day(), 0.3) if life.chance(0.4) else None)


def redirect(life: Life) -> None:
    """Not this window's matter: shown where to go. Some come back and dispute it."""
    answer(life, "redirected", life.between(1, 0.5) if life.chance(0.3) else None, redirect=_target(life))
    if life.chance(0.07):
        dispute(life)


def _target(life: Life) -> dict[str, Any] | None:
    if life.chance(0.03):
        return None  # breach: the applicant was sent away without a target
    others = life.world.others(life.rng, life.place, life.matter.category, 1)
    if not others:
        return {"how": "到市政务服务大厅综合导办台", "phone": life.world.registry.office.guide_desk_phone}
    place = life.world.places[others[0]]
    window = place.windows[0]
    return {"unit": place.unit, "window": window.id, "how": "已电话联系，带材料直接去", "phone": window.phone}


def dispute(life: Life) -> None:
    """The applicant disputes a redirect or a notice: a new round."""
    life.add("disputed", life.own(), life.on(life.cal.add_workdays(life.now.date(), 1 + int(life.rng.random() * 5))),
             reason=life.say("disputed"))  # fmt: skip
    life.renew()
    life.ended = False
    (veto if life.chance(0.35) else study)(life)


def withdrawn(life: Life) -> None:
    """The applicant thinks better of it."""
    submit(life)
    if life.chance(0.4):
        life.add("window_opinion", life.head(), life.on(life.day(life.between(2, 0.5))),
                 stance="disagree", text=life.say("window_opinion.disagree"))  # fmt: skip
    life.add("withdrawn", life.own(), life.on(life.day(life.between(3, 0.8))), proof="申请人签字的撤回申请",
             text=life.say("withdrawn"))  # fmt: skip
    life.ended = True


def petition(life: Life) -> None:
    """A matter of petitions: leaves the mechanism, with approval and a document (mostly)."""
    submit(life)
    life.add("unit_review", life.place.leader, life.on(life.day(life.between(3, 0.6))), decision="raise",
             text=life.say("unit_review.raise"))  # fmt: skip
    document = {"title": "信访事项转送单", "number": f"转〔{life.raised.year}〕{int(life.rng.random() * 90) + 10}号"}
    answer(life, "to_petition", life.reply_day(),
           **({} if life.chance(0.15) else {"approver": life.place.leader, "document": document}))  # fmt: skip


# -- study ---------------------------------------------------------------------------------------------


def submit(life: Life) -> None:
    """Hand the matter up for study: at once, the next day, or late."""
    roll = life.rng.random()
    to = life.place.leader if roll < 0.75 else life.head()
    if roll < 0.62:
        at = life.soon(3)
    elif roll < 0.93:
        at = life.soon(240)
    else:
        at = life.on(life.day(1 if roll < 0.975 else 2))
    life.add("submitted", life.own() if to != life.head() else life.clerk, at, to=to, text=life.say("submitted"))


def opinion(life: Life, last: int, stance: str = "disagree", share: float = 0.72) -> None:
    """Let the head say what she thinks."""
    if life.chance(share):
        life.add("window_opinion", life.head(), life.on(life.day(life.between(last, 0.35))), stance=stance,
                 text=life.say(f"window_opinion.{stance}"))  # fmt: skip


def review(life: Life, last: int, decision: str) -> None:
    """Let the leader decide; now and then by word of mouth, typed by the clerk later."""
    at = life.on(life.day(life.between(last, 0.8)))
    oral = life.chance(0.07)
    act = life.add("unit_review", life.place.leader, at, recorded_by=life.clerk if oral else None,
                   mode="oral" if oral else None, decision=decision, text=life.say(f"unit_review.{decision}"))  # fmt: skip
    if oral:
        act.late = int(life.rng.random() * 3)
        if life.chance(0.6):
            life.add("confirmed", life.place.leader, life.soon(400), text=life.say("confirmed"))


def study(life: Life) -> None:
    """Sent up for study, decided, answered."""
    submit(life)
    last = life.reply_day()
    opinion(life, last)
    if life.chance(0.05):
        review(life, last, "raise")
        escalate(life, last)
    elif life.chance(0.88):
        review(life, last, "do")
    answer(life, "explained" if life.chance(0.12) else "done", last)


def escalate(life: Life, last: int, to: str | None = None) -> str:
    """Raise the level; return the decision that came back."""
    target = to or life.rng.choices(("yingshangban", "unit_leadership", "superior"), cum_weights=(0.6, 0.85, 1.0))[0]
    life.add("escalated", life.place.leader, life.soon(200), to=target, reason=life.say(f"escalated.{target}"))
    rejects = "veto_rejected" if life.vetoed else "do"
    decision = rejects if life.chance(0.82) or not life.vetoed else "approve_refusal"
    by = life.place.leader
    document = None
    if target == "yingshangban":
        by = life.rng.choice(life.world.arbiters)
    elif target == "superior":
        number = f"皖函〔{life.raised.year}〕{int(life.rng.random() * 400) + 20}号"
        document = {"title": "上级主管部门复函（示例）", "number": number}
    if life.chance(0.1):
        life.add("escalation_result", by, life.on(life.day(life.between(last, 0.5))), decision="guidance",
                 text=life.say("escalation_result.guidance"), document=document)  # fmt: skip
    life.add("escalation_result", by, life.on(life.day(life.between(last, 0.8))), decision=decision,
             text=life.say(f"escalation_result.{'superior' if document and decision == 'do' else decision}"),
             document=document)  # fmt: skip
    return decision


# -- veto ----------------------------------------------------------------------------------------------


def grounds(life: Life) -> dict[str, Any]:
    """Return why the window would refuse, with its basis (forgotten now and then)."""
    value: dict[str, Any] = {"text": life.say("veto_grounds", "veto_grounds.any")}
    code = life.reasons[0]
    if (code in ("R03", "R04") and life.chance(0.97)) or life.chance(0.35):
        rows = life.world.basis.get(life.matter.category) or life.world.basis["other"]
        title, article = life.rng.choice(rows)
        value["basis"] = [{"title": f"《{title}》", "article": article, "published": True}]
    return value


def propose(life: Life) -> None:
    """Ask approval to refuse, and file it."""
    roll = life.rng.random()
    at = life.soon(3) if roll < 0.6 else life.soon(300) if roll < 0.92 else life.on(life.day(1 if roll < 0.98 else 2))
    reason = {"main": life.reasons[0], **({"also": list(life.reasons[1:])} if life.reasons[1:] else {})}
    act = life.add("veto_proposed", life.own(), at, to=life.place.leader, reason=reason, grounds=grounds(life))
    life.vetoed = True
    if life.chance(0.05):
        act.late = 1 + int(life.rng.random() * 3)  # filed late
    if life.chance(0.03):
        life.add("filed", life.clerk, life.soon(120), via="paper", text="纸质登记表一份送局里")


def veto(life: Life) -> None:
    """The window would refuse: approval asked, the refusal refused or approved."""
    if life.chance(0.12):
        submit(life)
    if life.chance(0.012):
        refuse(life, life.between(life.reply_day(), 0.5))  # breach: nobody was asked
        return
    propose(life)
    last = life.reply_day()
    rejected = life.chance(0.58)
    opinion(life, last, "disagree" if rejected and life.chance(0.7) else "agree", 0.85)
    if life.chance(0.05):
        review(life, last, "return")
        propose(life)
    if life.chance(0.06):
        review(life, last, "raise")
        rejected = escalate(life, last) != "approve_refusal"
    elif life.chance(0.985):
        review(life, last, "veto_rejected" if rejected else "approve_refusal")
    elif not rejected:
        refuse(life, last)  # breach: refused before the leader had decided
        return
    if rejected:
        answer(life, "done", last)
    else:
        refuse(life, last)


def refuse(life: Life, day: int) -> None:
    """Tell the applicant the refusal, with remedies, and hand out the copies."""
    fields: dict[str, Any] = {}
    if life.matter.licensing and life.chance(0.93):
        fields["remedies"] = {
            "body": life.world.corpus.say(life.rng, "remedies.body"),
            "days": "60",
            "court": life.world.corpus.say(life.rng, "remedies.court"),
        }
        number = f"〔{life.raised.year}〕{int(life.rng.random() * 300) + 1}号"
        fields["document"] = {"type": "不予许可决定书", "number": number, "date": f"{life.day(day):%Y-%m-%d}"}
    answer(life, "refused", day, **fields)
    life.refused = True
    if "document" in fields:
        fields["document"]["date"] = f"{life.now:%Y-%m-%d}"
    deliver(life)


def deliver(life: Life) -> None:
    """Hand out the three copies; the applicant's is late or forgotten now and then."""
    start = life.now.date()
    roll = life.rng.random()
    if roll < 0.97:
        days = 0 if roll < 0.5 else 1 + int(life.rng.random() * 3) if roll < 0.92 else 4 + int(life.rng.random() * 5)
        method = life.rng.choices(("handed", "posted", "electronic", "refused", "impossible"),
                                  cum_weights=(0.66, 0.86, 0.95, 0.98, 1.0))[0]  # fmt: skip
        proof = "送达回证" if method == "handed" else "邮寄凭证" if method == "posted" else None
        life.add("delivered", life.own(), life.on(life.day(days, start)) if days else life.soon(30), copy="applicant",
                 method=method, proof=proof)  # fmt: skip
    if life.chance(0.9):
        life.add("delivered", life.clerk, life.soon(30), copy="bureau", method="electronic")
        life.add("delivered", life.clerk, life.now, copy="window", method="handed")


# -- supplement ----------------------------------------------------------------------------------------


def notice(life: Life, cause: str) -> date:
    """Give the full list of what is missing, once; return the day it is due."""
    items: list[str] = []
    for _ in range(1 + int(life.rng.random() * 4)):
        item = life.say("supplement_items")
        if item not in items:
            items.append(item)
    at = life.soon(30)
    if cause == "first" and life.chance(0.06):
        at = life.on(life.day(1 + int(life.rng.random() * (7 if life.matter.licensing else 3))))
    due = life.cal.add_workdays(at.date(), 5 + int(life.rng.random() * 11))
    life.add("supplement_notice", life.own(), at, items=items, guide_given=True if life.chance(0.96) else None,
             due_by=f"{due:%Y-%m-%d}", cause=cause, text=life.say("supplement_text") if life.chance(0.5) else None)  # fmt: skip
    return due


def receive(life: Life, complete: bool, due: date | None = None) -> None:
    """The applicant brings papers: a new round begins."""
    days = 1 + int(life.rng.random() ** 1.6 * 8)
    life.add("supplement_received", life.own(), life.on(life.cal.add_workdays(life.now.date(), days)),
             complete=complete, text=life.say("supplement_received" if complete else "supplement_received.no"))  # fmt: skip
    life.renew()


def supplement(life: Life) -> None:
    """Papers are incomplete: told once, brought, done; or not brought, or asked again."""
    due = notice(life, "first")
    roll = life.rng.random()
    if roll < 0.70:
        receive(life, True)
    elif roll < 0.78:
        receive(life, False)
        notice(life, "not_cured")
        receive(life, True)
    elif roll < 0.82:
        receive(life, True)
        notice(life, "new_item" if life.chance(0.7) else "changed")  # new_item: the breach of 一次告知
        receive(life, True)
    elif roll < 0.92:
        early = life.chance(0.06)  # breach: closed before the day the applicant was given
        day = life.cal.add_workdays(life.now.date(), 2) if early else life.cal.next_workday(due + _DAY)
        life.add("lapsed", life.own(), life.on(day), text=life.say("lapsed"))
        life.ended = True
        return
    elif roll < 0.96:
        life.add(
            "withdrawn", life.own(), life.on(life.day(2)), proof="申请人签字的撤回申请", text=life.say("withdrawn")
        )
        life.ended = True
        return
    else:
        dispute(life)
        return
    if life.chance(0.2):
        study(life)
    else:
        answer(life, "done", life.between(life.reply_day(), 0.6))


# -- several departments, special matters -----------------------------------------------------------------


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
    answer(life, "done" if life.chance(0.9) else "explained", last)


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


ROADS: dict[str, Callable[[Life], None]] = {
    "do_now": do_now,
    "explain": explain,
    "redirect": redirect,
    "supplement": supplement,
    "study": study,
    "veto": veto,
    "cross": cross,
    "special": special,
    "withdrawn": withdrawn,
    "petition": petition,
}
