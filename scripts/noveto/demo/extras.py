"""What happens beside the road: hand-overs, urging, corrections, strikes, call-backs, the bureau's checks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from noveto.demo.acts import answer, review, submit
from noveto.demo.life import Act, Life
from noveto.demo.paths import study

_DAY = timedelta(days=1)


def insert(life: Life, at_after: Act, step: str, by: str, minutes: int, **fields: Any) -> Act:
    """Add a step some office minutes after another one, wherever the story has got to."""
    now, life.now = life.now, at_after.at
    act = life.add(step, by, life.soon(minutes), **fields)
    life.now = max(now, life.now)
    return act


def before_answer(life: Life) -> None:
    """Add what may happen while the case is open."""
    rng, first = life.rng, life.acts[0]
    middle = life.acts[len(life.acts) // 2]
    roll = rng.random()
    if roll < 0.06:
        insert(life, first, "note", life.clerk, 400, text=life.say("note"))
    elif roll < 0.10:
        _hand_over(life, first)
    elif roll < 0.125:
        insert(life, middle, "intervened", rng.choice(life.world.supervisors), 500, text=life.say("intervened"))
    elif roll < 0.15 and not life.punctual:
        _urge(life, life.acts[-2] if len(life.acts) > 1 else first)
    if roll > 0.985 and life.track == "general" and not life.vetoed and len(life.acts) > 1:
        _reclassify(life, first)
    if roll > 0.97 and life.matter.licensing and life.accepted and life.track == "special":
        until = life.cal.add_workdays(life.accepted.date(), 30)
        insert(life, first, "extended", life.place.leader, 300, until=f"{until:%Y-%m-%d}", approver=life.place.leader,
               applicant_told=True, text=life.say("extended"))  # fmt: skip


def _hand_over(life: Life, first: Act) -> None:
    colleagues = [c for people in life.place.clerks.values() for c in people if c != life.clerk]
    if not colleagues:
        return
    to = colleagues[int(life.rng.random() * len(colleagues))]
    insert(life, first, "handed_over", life.clerk, 500, **{"from": life.clerk, "to": to}, text=life.say("handed_over"))


def _urge(life: Life, before: Act) -> None:
    promised = life.cal.add_workdays(before.at.date(), 2)
    supervisor = life.rng.choice(life.world.supervisors)
    insert(life, before, "note", supervisor, 300, kind="urged", to=life.place.leader, promised=f"{promised:%Y-%m-%d}",
           text=life.say("urged"))  # fmt: skip


def _reclassify(life: Life, first: Act) -> None:
    """Found to need more: a special matter after all (now and then without approval, or too late)."""
    act = insert(life, first, "reclassified", life.place.leader, 400, track="special", reason=life.say("reclassified"),
                 approver=life.place.leader if life.chance(0.85) else None)  # fmt: skip
    act.late = 0


def after_answer(life: Life) -> None:
    """Add what may happen when the applicant has been told."""
    rng, answered = life.rng, life.acts[-1]
    roll = rng.random()
    if roll < 0.18 and not life.anonymous:
        satisfied = life.chance(0.4 if life.refused else 0.9)
        life.now = answered.at
        day = life.cal.add_workdays(answered.at.date(), 1 + int(rng.random() * 8))
        words = f"called_back.{'true' if satisfied else 'false'}{'.refused' if life.refused else ''}"
        by = rng.choice(life.world.supervisors) if life.chance(0.6) else life.clerk
        life.add("called_back", by, life.on(day), satisfied=satisfied,
                 text=life.say(words))  # fmt: skip
    if life.vetoed and life.world.analysts and life.chance(0.75):
        _check_filing(life)
    if life.world.analysts and life.chance(0.5 if life.vetoed else 0.22):
        _classify(life)
    if roll > 0.988:
        _reopen(life)
    if life.chance(0.012):
        _correct(life)
    if life.chance(0.004):
        _strike(life)


def _check_filing(life: Life) -> None:
    proposed = next(act for act in life.acts if act.step == "veto_proposed")
    complete = life.chance(0.9)
    analyst = life.rng.choice(life.world.analysts)
    insert(life, proposed, "filing_checked", analyst, 900, complete=complete,
           missing=None if complete else [life.say("filing_missing")])  # fmt: skip


def _classify(life: Life) -> None:
    """The bureau sets the cause in the first days of the next month."""
    last = max(act.at for act in life.acts).date()
    first = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    analyst = life.rng.choice(life.world.analysts)
    cause = life.rng.choice(life.world.causes[life.reasons[0]])
    life.now = max(act.at for act in life.acts)
    life.add(
        "classified",
        analyst,
        life.on(life.cal.add_workdays(first - _DAY, 1 + int(life.rng.random() * 3))),
        root_cause=cause,
    )


def _reopen(life: Life) -> None:
    """New facts: a second round."""
    life.now = max(act.at for act in life.acts)
    day = life.cal.add_workdays(life.now.date(), 5 + int(life.rng.random() * 30))
    life.add("reopened", life.own(), life.on(day), reason=life.say("reopened"))
    life.renew()
    life.ended = False
    if life.track == "general":
        study(life)
    else:
        submit(life)
        review(life, life.reply_day(), "do")
        answer(life, "done", life.reply_day())


def _correct(life: Life) -> None:
    """A slip of the pen, put right in the open: in the head, a text, or (with approval) a time."""
    why = life.say("corrected_why")
    now = max(act.at for act in life.acts)
    life.now = now
    at = life.soon(600)
    roll = life.rng.random()
    fields: dict[str, Any]
    if roll < 0.45:
        name = life.matter.name
        fields = {
            "field": "matter.name",
            "was": name,
            "now": f"{name}（补办）" if "（" not in name else name.split("（")[0],
        }
    elif roll < 0.8:
        own = life.place.unit
        mine = (act for act in life.acts if "text" in act.fields and life.world.staff[act.by].unit == own)
        target = next(mine, None)
        if target is None:
            return
        was = target.fields["text"]
        fields = {"field": target, "was": was, "now": f"{was}另已电话告知申请人。"}
    else:
        target = life.acts[0]
        moved = target.at + timedelta(minutes=5)
        fields = {"field": target, "was": f"{target.at:%Y-%m-%dT%H:%M}", "now": f"{moved:%Y-%m-%dT%H:%M}",
                  "approver": life.place.leader}  # fmt: skip
        if len(life.acts) > 1 and moved >= life.acts[1].at:
            return
    fields["why"] = why
    life.add(
        "corrected",
        life.clerk,
        at,
        **{key: fields[key] for key in ("field", "was", "now", "why", "approver") if key in fields},
    )


def _strike(life: Life) -> None:
    """A step typed into the wrong case, struck by the leader."""
    life.now = max(act.at for act in life.acts)
    wrong = life.add("note", life.clerk, life.soon(300), text="材料已寄往另一申请人（记错件）。")
    life.add(
        "struck", life.place.leader, life.soon(600), entry=wrong, why=life.say("struck_why"), approver=life.place.leader
    )
