"""What people do, step by step, wherever a case's road leads: hand up, decide, raise, refuse, answer, hand out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from noveto.demo.life import Life

HOW = ("in_person", "phone", "sms", "post", "online")
_HOW_SHARES = (0.52, 0.86, 0.91, 0.95, 1.0)
METHODS = ("handed", "posted", "electronic", "refused", "impossible")
_METHOD_SHARES = (0.66, 0.86, 0.95, 0.98, 1.0)


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
    if life.matter.licensing and life.accepted and result != "refused":
        hand_over(life, 10)


def _not_reached(life: Life, at: datetime) -> datetime:
    """Try twice on two days before sending the message."""
    for _ in range(2):
        life.add("note", life.clerk, at, kind="contact_attempt", how="phone", text=life.say("contact_attempt"))
        at = life.on(life.cal.add_workdays(life.now.date(), 1))
    return life.soon(20)


def hand_over(life: Life, limit: int) -> None:
    """Let the applicant have the decision: mostly at once, now and then late (a copy found in a drawer)."""
    start, roll = life.now.date(), life.rng.random()
    if roll < 0.97:
        days = 0 if roll < 0.5 else 1 + int(life.rng.random() * limit)
    else:
        days = limit + 1 + int(life.rng.random() * 12)
    method = life.rng.choices(METHODS, cum_weights=_METHOD_SHARES)[0]
    proof = {"handed": "送达回证", "posted": "邮寄凭证"}.get(method)
    at = life.on(life.day(days, start)) if days else life.soon(30)
    life.add("delivered", life.own(), at, copy="applicant", method=method, proof=proof)


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
    act = life.add(
        "unit_review",
        life.place.leader,
        at,
        recorded_by=life.clerk if oral else None,
        mode="oral" if oral else None,
        decision=decision,
        text=life.say(f"unit_review.{decision}"),
    )
    if oral:
        act.late = int(life.rng.random() * 3)
        if life.chance(0.6):
            life.add("confirmed", life.place.leader, life.soon(400), text=life.say("confirmed"))


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
        life.add("escalation_result", by, life.on(life.day(life.between(last, 0.4))), decision="guidance",
                 text=life.say("escalation_result.guidance"), document=document)  # fmt: skip
        life.add("escalated", life.place.leader, life.soon(400), to=target, reason=life.say(f"escalated.{target}"))
    life.add("escalation_result", by, life.on(life.day(life.between(last, 0.8))), decision=decision,
             text=life.say(f"escalation_result.{'superior' if document and decision == 'do' else decision}"),
             document=document)  # fmt: skip
    return decision


def basis(life: Life) -> list[dict[str, Any]]:
    """Return a basis in law that fits the matter's category."""
    title, article = life.rng.choice(life.world.basis.get(life.matter.category) or life.world.basis["other"])
    return [{"title": f"《{title}》", "article": article, "published": True}]


def grounds(life: Life) -> dict[str, Any]:
    """Return why the window would refuse, with its basis (forgotten now and then)."""
    value: dict[str, Any] = {"text": life.say("veto_grounds", "veto_grounds.any")}
    if life.chance(0.97):
        value["basis"] = basis(life)
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
    """Hand out the three copies of the form."""
    hand_over(life, 3)
    if life.chance(0.9):
        life.add("delivered", life.clerk, life.soon(30), copy="bureau", method="electronic")
        life.add("delivered", life.clerk, life.now, copy="window", method="handed")
