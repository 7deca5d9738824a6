"""What goes wrong in offices: one short road for each honest breach that the ordinary roads do not show.

Every ``EVERY``-th case takes the next of these roads, so that a ledger of some size holds them all. None of
them is an error: the ledger accepts, marks and counts them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from noveto.demo.acts import answer, deliver, grounds, propose, review, submit
from noveto.demo.life import Life
from noveto.demo.paths import notice, receive

EVERY = 45


def _veto(life: Life) -> None:
    propose(life)
    life.add("window_opinion", life.place.head, life.soon(90), stance="agree", text=life.say("window_opinion.agree"))


def _refuse(life: Life, day: int = 2) -> None:
    answer(life, "refused", day)
    life.refused = True
    deliver(life)


def refused_although_rejected(life: Life) -> None:
    """The leader turned the refusal down, the window refused all the same."""
    _veto(life)
    review(life, 2, "veto_rejected")
    _refuse(life)


def refused_after_escalation_without_filing(life: Life) -> None:
    """The body above approved a refusal that was never proposed, so never filed."""
    submit(life)
    life.add(
        "escalated", life.place.leader, life.soon(200), to="yingshangban", reason=life.say("escalated.yingshangban")
    )
    arbiter = life.rng.choice(life.world.arbiters)
    words = life.say("escalation_result.approve_refusal")
    life.add("escalation_result", arbiter, life.on(life.day(2)), decision="approve_refusal", text=words)
    _refuse(life, 3)


def unpublished_basis(life: Life) -> None:
    """A refusal on the strength of a paper nobody can read."""
    value: dict[str, Any] = grounds(life)
    value["basis"] = [{"title": "内部会议纪要", "published": False}]
    reason = {"main": life.reasons[0]}
    life.add("veto_proposed", life.clerk, life.soon(3), to=life.place.leader, reason=reason, grounds=value)
    life.vetoed = True
    review(life, 2, "approve_refusal")
    _refuse(life, 3)


def reclassified_too_late(life: Life) -> None:
    """Called special when the limit of three days had already run out."""
    submit(life)
    at = life.on(life.day(5))
    leader = life.place.leader
    life.add("reclassified", leader, at, track="special", reason=life.say("reclassified"), approver=leader)
    review(life, 6, "do")
    answer(life, "done", 7)


def extended_without_paper(life: Life) -> None:
    """A licence's limit extended, by nobody and without a word to the applicant."""
    life.accepted = life.raised
    until = life.cal.add_workdays(life.raised.date(), 26)
    submit(life)
    life.add("extended", life.place.leader, life.soon(300), until=f"{until:%Y-%m-%d}", text=life.say("extended"))
    review(life, 3, "do")
    answer(life, "done", 3)


def only_do(life: Life) -> None:
    """A refusal was proposed, and the leader wrote "do it" instead of turning it down."""
    _veto(life)
    review(life, 2, "do")
    answer(life, "done", 3)


def approved_before_proposed(life: Life) -> None:
    """A decision on a refusal that nobody had proposed yet."""
    submit(life)
    review(life, 1, "approve_refusal")
    _refuse(life)


def cross_without_asking(life: Life) -> None:
    """A matter of several departments, answered without asking any of them."""
    life.track = "cross_department"
    submit(life)
    review(life, 5, "do")
    answer(life, "done", 6)


def no_consensus_left_alone(life: Life) -> None:
    """They could not agree, and nobody raised the level."""
    life.track = "cross_department"
    units = life.world.others(life.rng, life.place, life.matter.category, 1) or ["scjgj"]
    life.add("consulted", life.clerk, life.soon(30), units=units, question=life.say("consult_question"),
             reply_by=f"{life.day(5):%Y-%m-%d}")  # fmt: skip
    place = life.world.places[units[0]]
    life.add("consult_answered", place.leader, life.on(life.day(4)), unit=units[0], stance="disagree",
             basis=life.say("consult.basis"), text=life.say("consult.disagree"))  # fmt: skip
    life.add("conferred", life.place.head, life.on(life.day(6)), units=[life.place.unit, *units], consensus=False,
             minutes=life.say("conferred.false"))  # fmt: skip
    answer(life, "done", 10)


def superior_without_document(life: Life) -> None:
    """Word from above, by telephone only."""
    submit(life)
    life.add("escalated", life.place.leader, life.soon(200), to="superior", reason=life.say("escalated.superior"))
    words = life.say("escalation_result.superior")
    life.add("escalation_result", life.place.leader, life.on(life.day(2)), decision="do", mode="oral", text=words)
    answer(life, "done", 3)


def second_list(life: Life) -> None:
    """A second list of papers, of things that could have been said the first time."""
    notice(life, "first")
    receive(life, True)
    notice(life, "new_item")
    receive(life, True)
    answer(life, "done", 2)


def not_cured_though_complete(life: Life) -> None:
    """A second list "because the first was not cured", after the papers were called complete."""
    notice(life, "first")
    receive(life, True)
    notice(life, "not_cured")
    receive(life, True)
    answer(life, "done", 2)


def lapsed_early(life: Life) -> None:
    """Closed before the day the applicant had been given."""
    notice(life, "first")
    life.add("lapsed", life.clerk, life.on(life.day(2)), text=life.say("lapsed"))
    life.ended = True


def suspended_without_paper(life: Life) -> None:
    """The clock stopped, without document, approver or a word to the applicant, and back-dated."""
    life.track = "special"
    submit(life)
    at = life.on(life.day(2))
    review_by = life.cal.add_workdays(at.date(), 20)
    life.add("suspended", life.place.leader, at, kind="study", **{"from": f"{life.day(1):%Y-%m-%d}"},
             review_by=f"{review_by:%Y-%m-%d}")  # fmt: skip
    back = life.on(life.cal.add_workdays(at.date(), 8))
    life.add("resumed", life.place.leader, back, **{"from": f"{back:%Y-%m-%d}"}, text=life.say("resumed"))
    answer(life, "done", 12)


def review_forgotten(life: Life) -> None:
    """A suspension long past its review day."""
    life.track = "special"
    submit(life)
    leader = life.place.leader
    at = life.on(life.day(1))
    first = life.cal.add_workdays(at.date(), 1)
    life.add("suspended", leader, at, kind="expert", **{"from": f"{first:%Y-%m-%d}"}, approver=leader,
             reason=life.say("suspended.reason"), applicant_told=True,
             document={"title": life.say("suspended.document"), "number": f"论〔{at.year}〕3号"},
             review_by=f"{life.cal.add_workdays(first, 10):%Y-%m-%d}")  # fmt: skip
    back = life.on(life.cal.add_workdays(first, 19))
    life.add("resumed", leader, back, **{"from": f"{back:%Y-%m-%d}"}, text=life.say("resumed"))
    answer(life, "done", 24)


def sent_nowhere(life: Life) -> None:
    """Sent away without a word where to go."""
    answer(life, "redirected")


def refused_out_of_hand(life: Life) -> None:
    """Refused at the window; the applicant's dispute brings it to light."""
    answer(life, "refused")
    life.refused = True
    day = life.cal.add_workdays(life.now.date(), 2)
    supervisor = life.world.supervisors[0]
    life.add("disputed", supervisor, life.on(day), reason="来人到“办不成事”窗口反映：当场就说办不了，没有登记。")
    life.renew()
    submit(life)
    review(life, 2, "do")
    answer(life, "done", 3)


def answered_twice(life: Life) -> None:
    """The same answer entered twice."""
    submit(life)
    review(life, 2, "do")
    answer(life, "done", 3)
    last = life.acts[-1]
    life.add(last.step, last.by, last.at, **last.fields)


def copy_forgotten(life: Life) -> None:
    """Refused by the book, but the applicant's copy was handed out weeks later, when the centre asked."""
    _veto(life)
    review(life, 2, "approve_refusal")
    answer(life, "refused", 3)
    life.refused = True
    life.add("delivered", life.clerk, life.soon(20), copy="window", method="handed")
    at = life.on(life.cal.add_workdays(life.now.date(), 14))
    life.add("intervened", life.world.supervisors[0], at, text=life.say("intervened"))
    life.add("delivered", life.clerk, life.soon(300), copy="applicant", method="posted", proof="邮寄凭证")


def notice_too_late(life: Life) -> None:
    """A licence's list of missing papers on the seventh day: the application counts as accepted."""
    life.accepted = life.raised
    now = life.on(life.day(7))
    due = life.cal.add_workdays(now.date(), 10)
    life.add("supplement_notice", life.clerk, now, items=[life.say("supplement_items")], guide_given=True,
             due_by=f"{due:%Y-%m-%d}", cause="first")  # fmt: skip
    receive(life, True)
    answer(life, "done", 2)


def decision_too_late(life: Life) -> None:
    """A licence decided after more than twenty working days."""
    day = life.cal.previous_workday(life.raised.date() - timedelta(days=32))
    life.accepted = life.raised.replace(year=day.year, month=day.month, day=day.day, hour=10)
    submit(life)
    review(life, 3, "do")
    answer(life, "done", 3)


ROADS: tuple[Callable[[Life], None], ...] = (
    refused_although_rejected,
    refused_after_escalation_without_filing,
    unpublished_basis,
    reclassified_too_late,
    extended_without_paper,
    only_do,
    approved_before_proposed,
    cross_without_asking,
    no_consensus_left_alone,
    superior_without_document,
    second_list,
    not_cured_though_complete,
    lapsed_early,
    suspended_without_paper,
    review_forgotten,
    sent_nowhere,
    refused_out_of_hand,
    answered_twice,
    copy_forgotten,
    notice_too_late,
    decision_too_late,
)
LICENSING = frozenset({extended_without_paper, notice_too_late, decision_too_late})
"""Roads that only mean something for a licence."""
