"""The roads a case can take inside its own unit, from the first act to the answer.

Every road is a function of a Life. Most follow the notice; the honest breaches (a refusal nobody approved, a
second notice, a word missing here and there) happen here too, in small shares, as they do in offices.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from noveto.demo.acts import answer, escalate, opinion, propose, refuse, review, submit
from noveto.demo.life import Life

_DAY = timedelta(days=1)


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
    answer(life, "explained" if life.chance(0.015) else "done", last)  # else a slip


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
    life.add(
        "supplement_notice",
        life.own(),
        at,
        items=items,
        guide_given=True if life.chance(0.96) else None,
        due_by=f"{due:%Y-%m-%d}",
        cause=cause,
        text=life.say("supplement_text") if life.chance(0.5) else None,
    )
    return due


def receive(life: Life, complete: bool, due: date | None = None) -> None:
    """The applicant brings papers: a new round begins."""
    days = 1 + int(life.rng.random() ** 1.6 * 8)
    life.add(
        "supplement_received",
        life.own(),
        life.on(life.cal.add_workdays(life.now.date(), days)),
        complete=complete,
        text=life.say("supplement_received" if complete else "supplement_received.no"),
    )
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


ROADS: dict[str, Callable[[Life], None]] = {
    "do_now": do_now,
    "explain": explain,
    "redirect": redirect,
    "supplement": supplement,
    "study": study,
    "veto": veto,
    "withdrawn": withdrawn,
    "petition": petition,
}
