from collections.abc import Callable
from datetime import date, datetime

from noveto.calendar import Calendar
from noveto.clocks import Arrivals, Clock, complaint_status, compute_complaint
from noveto.records.model import Complaint, Entry
from noveto.rules import LimitRule, Rules

Run = Callable[..., dict[str, Clock]]
D = date.fromisoformat


def told(clock: Clock) -> tuple[str, str | None, str | None, int | None, int]:
    return (
        clock.state,
        clock.due and str(clock.due),
        clock.met_on and str(clock.met_on),
        clock.days_left,
        clock.days_late,
    )  # type: ignore[return-value]


def test_registered_only_runs_submit_and_reply(run: Run) -> None:
    clocks = run("2026-03-05", today="2026-03-05")

    assert set(clocks) == {"submit/1", "reply/1"}
    assert told(clocks["submit/1"]) == ("running", "2026-03-06", None, 1, 0)
    assert told(clocks["reply/1"]) == ("running", "2026-03-10", None, 3, 0)
    assert clocks["reply/1"].due_calendar == D("2026-03-09")  # Sunday 8 rolls
    assert clocks["reply/1"].state_calendar == "running"


def test_calendar_reading_can_be_late_while_the_binding_one_is_not(run: Run) -> None:
    reply = run("2026-03-06", today="2026-03-10")["reply/1"]

    assert told(reply) == ("running", "2026-03-11", None, 1, 0)
    assert (reply.due_calendar, reply.state_calendar) == (D("2026-03-09"), "overdue")


def test_answered_on_the_spot_owes_no_submission(run: Run) -> None:
    clocks = run("2026-03-05", ("2026-03-05", "answered", {"result": "done"}), today="2026-03-20")

    assert "submit/1" not in clocks
    assert told(clocks["reply/1"]) == ("met", "2026-03-10", "2026-03-05", None, 0)


def test_overdue_counts_working_days_and_a_holiday_counts_none(run: Run) -> None:
    log = ("2026-09-25", "submitted", {"to": "rsj-002"})

    # raised Thursday 2026-09-24 before Mid-Autumn (25 to 27); due on the third working day, 2026-09-30
    assert told(run("2026-09-24", log, today="2026-10-03")["reply/1"]) == ("overdue", "2026-09-30", None, 0, 0)
    assert told(run("2026-09-24", log, today="2026-10-10")["reply/1"]) == ("overdue", "2026-09-30", None, -3, 3)


def test_special_owes_an_interim_reply_and_keeps_it_after_reclassification(run: Run) -> None:
    change = ("2026-03-06", "reclassified", {"track": "general", "reason": "不特殊", "approver": "rsj-002"})
    clocks = run("2026-03-05", change, track="special", today="2026-03-09")

    assert told(clocks["reply/1"])[:2] == ("running", "2026-03-10")
    assert told(clocks["interim/1"])[:2] == ("running", "2026-03-10")


def test_reclassification_recomputes_from_the_start_and_only_before_the_old_limit(run: Run) -> None:
    at = {"track": "cross_department", "reason": "跨部门", "approver": "rsj-002"}
    in_time = run("2026-03-05", ("2026-03-10", "reclassified", at), today="2026-03-12")
    too_late = run("2026-03-05", ("2026-03-11", "reclassified", at), today="2026-03-12")

    assert told(in_time["reply/1"])[:2] == ("running", "2026-03-19")
    assert in_time["reply/1"].due_calendar is None
    assert told(in_time["interim/1"]) == ("overdue", "2026-03-10", None, -2, 2)
    assert told(too_late["reply/1"]) == ("overdue", "2026-03-10", None, -2, 2)
    assert "interim/1" not in too_late


def test_a_shorter_limit_already_past_ends_on_the_day_of_reclassification(run: Run) -> None:
    change = ("2026-03-13", "reclassified", {"track": "general", "reason": "不跨", "approver": "rsj-002"})
    reply = run("2026-03-05", change, track="cross_department", today="2026-03-13")["reply/1"]

    assert told(reply) == ("due_today", "2026-03-13", None, 0, 0)


def test_reclassification_to_the_same_track_moves_no_limit(run: Run) -> None:
    """Not that of the other reading either: no limit became shorter."""
    change = ("2026-03-11", "reclassified", {"track": "general", "reason": "核过", "approver": "rsj-002"})
    reply = run("2026-03-06", change, today="2026-03-11")["reply/1"]

    assert told(reply)[:2] == ("due_today", "2026-03-11")
    assert (reply.due_calendar, reply.state_calendar) == (D("2026-03-09"), "overdue")


def test_suspension_stops_reply_but_not_interim(run: Run) -> None:
    stop = ("2025-11-05", "suspended", {"kind": "expert", "from": "2025-11-05", "review_by": "2025-11-29"})
    clocks = run("2025-11-03", stop, track="cross_department", today="2025-11-20")

    assert told(clocks["reply/1"]) == ("suspended", None, None, None, 0)
    assert told(clocks["interim/1"]) == ("overdue", "2025-11-06", None, -10, 10)
    assert told(clocks["review/1"])[:2] == ("running", "2025-12-01")  # Saturday 29 November rolls
    assert clocks["review/1"].start is None


def test_resumed_excludes_the_days_to_the_day_before(run: Run) -> None:
    stop = ("2025-03-06", "suspended", {"kind": "expert", "from": "2025-03-06", "review_by": "2025-03-31"})
    go = ("2025-03-20", "resumed", {"from": "2025-03-20"})
    clocks = run("2025-03-03", stop, go, track="cross_department", today="2025-03-21")

    assert told(clocks["reply/1"])[:2] == ("running", "2025-03-31")  # worked example D094
    assert told(clocks["review/1"]) == ("met", "2025-03-31", "2025-03-20", None, 0)


def test_suspension_begins_on_the_later_of_from_and_entry(run: Run) -> None:
    back = ("2025-03-10", "suspended", {"kind": "expert", "from": "2025-03-04", "review_by": "2025-03-31"})
    go = ("2025-03-12", "resumed", {"from": "2025-03-12"})
    reply = run("2025-03-03", back, go, track="special", today="2025-03-12")["reply/1"]

    # 4, 5, 6, 7 March count, 10 and 11 do not, 12 is the fifth day
    assert told(reply)[:2] == ("due_today", "2025-03-12")


def test_suspension_after_the_limit_changes_nothing(run: Run) -> None:
    stop = ("2025-06-16", "suspended", {"kind": "study", "from": "2025-06-16", "review_by": "2025-07-01"})
    reply = run("2025-06-09", stop, today="2025-06-17")["reply/1"]

    assert told(reply) == ("overdue", "2025-06-12", None, -3, 3)


def test_answer_ends_a_suspension(run: Run) -> None:
    stop = ("2025-11-05", "suspended", {"kind": "expert", "from": "2025-11-05", "review_by": "2025-11-10"})
    clocks = run(
        "2025-11-03", stop, ("2025-11-20", "answered", {"result": "done"}), track="special", today="2025-12-01"
    )

    assert told(clocks["reply/1"]) == ("met", "2025-11-25", "2025-11-20", None, 0)
    assert told(clocks["review/1"]) == ("overdue", "2025-11-10", None, -8, 8)
    assert clocks["review/1"].open is False


def test_an_answer_cuts_short_a_suspension_with_a_resumption_announced(run: Run) -> None:
    log = (
        ("2026-03-09", "suspended", {"kind": "study", "from": "2026-03-09", "review_by": "2026-03-20"}),
        ("2026-03-10", "resumed", {"from": "2026-03-18"}),
        ("2026-03-12", "answered", {"result": "explained"}),
        ("2026-03-13", "disputed", {"reason": "不认可"}),
    )
    clocks = run("2026-03-05", *log, today="2026-03-16")

    assert told(clocks["reply/1"]) == ("met", "2026-03-13", "2026-03-12", None, 0)  # 6, 12, 13
    assert told(clocks["reply/2"]) == ("running", "2026-03-18", None, 2, 0)


def test_an_answer_cuts_short_every_suspension_also_one_before_the_last(run: Run) -> None:
    log = (
        ("2026-03-09", "suspended", {"kind": "study", "from": "2026-03-09", "review_by": "2026-03-20"}),
        ("2026-03-10", "resumed", {"from": "2026-03-18"}),
        ("2026-03-11", "suspended", {"kind": "study", "from": "2026-03-11", "review_by": "2026-03-20"}),
        ("2026-03-12", "answered", {"result": "explained"}),
        ("2026-03-13", "disputed", {"reason": "不认可"}),
    )
    clocks = run("2026-03-05", *log, today="2026-03-16")

    assert told(clocks["reply/2"]) == ("running", "2026-03-18", None, 2, 0)


def test_a_suspension_that_was_to_begin_after_the_ending_never_was(run: Run) -> None:
    stop = ("2026-03-06", "suspended", {"kind": "study", "from": "2026-03-16", "review_by": "2026-03-20"})
    extended = ("2026-03-09", "review_extended", {"review_by": "2026-04-20", "approver": "rsj-002"})
    answered = ("2026-03-10", "answered", {"result": "done"})
    clocks = run("2026-03-05", stop, extended, answered, today="2026-03-31")

    assert set(clocks) == {"submit/1", "reply/1"}


def test_review_extended_opens_the_next_review(run: Run) -> None:
    stop = ("2025-11-05", "suspended", {"kind": "expert", "from": "2025-11-05", "review_by": "2025-11-10"})
    more = ("2025-11-11", "review_extended", {"review_by": "2025-11-20", "approver": "rsj-002"})
    case = run("2025-11-03", stop, more, track="special", today="2025-11-21")

    assert [c.clock for c in case.values()].count("review") == 1  # same round: the second takes the key
    assert told(case["review/1"]) == ("overdue", "2025-11-20", None, -1, 1)


def test_supplement_opens_a_round_and_meets_the_first(run: Run) -> None:
    log = (
        ("2026-03-06", "supplement_notice", {"items": ["证明"], "due_by": "2026-03-20", "cause": "first"}),
        ("2026-03-12", "supplement_received", {"complete": False}),
        ("2026-03-18", "answered", {"result": "done"}),
    )
    clocks = run("2026-03-05", *log, today="2026-03-20")

    assert told(clocks["submit/1"]) == ("met", "2026-03-06", "2026-03-06", None, 0)
    assert told(clocks["reply/1"]) == ("met", "2026-03-10", "2026-03-06", None, 0)
    assert told(clocks["reply/2"]) == ("met_late", "2026-03-17", "2026-03-18", None, 1)


def test_reopened_after_disputed_adds_no_round(run: Run) -> None:
    log = (
        ("2026-03-06", "answered", {"result": "redirected"}),
        ("2026-03-09", "disputed", {"reason": "不服"}),
        ("2026-03-10", "reopened", {"reason": "重新办"}),
        ("2026-03-11", "answered", {"result": "done"}),
        ("2026-03-16", "reopened", {"reason": "又来"}),
    )
    clocks = run("2026-03-05", *log, today="2026-03-16")

    assert [key for key in clocks if key.startswith("reply")] == ["reply/1", "reply/2", "reply/3"]
    assert clocks["reply/2"].start == D("2026-03-09")
    assert told(clocks["reply/3"])[:2] == ("running", "2026-03-19")


def test_filing_needs_a_receipt_where_the_ledger_has_any(run: Run) -> None:
    veto = ("2026-03-07T10:00", "veto_proposed", {"to": "rsj-002", "reason": {"main": "R03"}})  # a Saturday

    def filing(today: str, arrivals: Arrivals) -> tuple[str, str | None, str | None, int | None, int]:
        return told(run("2026-03-06", veto, today=today, arrivals=arrivals)["filing/1"])

    assert filing("2026-03-11", Arrivals()) == ("unattested", "2026-03-09", None, None, 0)
    assert filing("2026-03-11", Arrivals(True, (None,))) == ("overdue", "2026-03-09", None, -2, 2)
    assert filing("2026-03-11", Arrivals(True, (D("2026-03-09"),))) == ("met", "2026-03-09", "2026-03-09", None, 0)
    assert filing("2026-03-11", Arrivals(True, (D("2026-03-10"),))) == ("met_late", "2026-03-09", "2026-03-10", None, 1)
    assert filing("2026-03-09", Arrivals(True, (D("2026-03-10"),)))[0] == "due_today"


def test_paper_filing_meets_and_migrated_records_owe_none(run: Run) -> None:
    veto = ("2026-03-06", "veto_proposed", {"to": "rsj-002"})
    filed = ("2026-03-06", "filed", {"via": "paper"})

    assert told(run("2026-03-05", veto, filed, today="2026-03-09")["filing/1"])[0] == "met"
    assert "filing/1" not in run("2026-03-05", veto, mode="migrated", today="2026-03-09")


def test_approval_runs_from_the_round_and_only_a_decision_stops_it(run: Run) -> None:
    log = (
        ("2026-03-06", "veto_proposed", {"to": "rsj-002"}),
        ("2026-03-09", "unit_review", {"decision": "return"}),
        ("2026-03-10", "escalation_result", {"decision": "guidance"}),
        ("2026-03-11", "unit_review", {"decision": "veto_rejected"}),
    )

    assert told(run("2026-03-05", *log[:3], today="2026-03-10")["approval/1"])[:2] == ("due_today", "2026-03-10")
    assert told(run("2026-03-05", *log, today="2026-03-12")["approval/1"]) == (
        "met_late", "2026-03-10", "2026-03-11", None, 1,
    )  # fmt: skip


def test_withdrawal_freezes_what_was_missed_and_drops_the_rest(run: Run) -> None:
    log = (
        ("2026-03-06", "veto_proposed", {"to": "rsj-002"}),
        ("2026-03-12", "withdrawn", {"proof": "申请书"}),
    )
    clocks = run("2026-03-05", *log, today="2026-03-30")

    assert told(clocks["approval/1"]) == ("overdue", "2026-03-10", None, -2, 2)
    assert told(clocks["reply/1"]) == ("met_late", "2026-03-10", "2026-03-12", None, 2)
    assert told(clocks["filing/1"])[0] == "unattested"
    early = run("2026-03-05", log[0], ("2026-03-09", "voided", {"reason": "错"}), today="2026-03-30")
    assert {early[key].state for key in ("approval/1", "reply/1")} == {"not_applicable"}


def test_consults_are_internal_marks_of_each_unit(run: Run) -> None:
    log = (
        ("2026-03-05", "consulted", {"units": ["zjj", "bdc"], "question": "?", "reply_by": "2026-03-14"}),
        ("2026-03-10", "consult_answered", {"unit": "bdc", "stance": "agree", "basis": "可以"}),
    )
    clocks = run("2026-03-05", *log, track="cross_department", today="2026-03-17")

    assert told(clocks["consult/1/zjj"]) == ("overdue", "2026-03-16", None, -1, 1)  # Saturday 14 rolls
    assert told(clocks["consult/1/bdc"]) == ("met", "2026-03-16", "2026-03-10", None, 0)
    assert clocks["consult/1/zjj"].binding is False


def test_no_consensus_goes_up_by_day_seven_or_the_day_after_the_conference(run: Run) -> None:
    def conferred(day: str) -> Clock:
        log = (day, "conferred", {"units": ["zjj"], "consensus": False, "minutes": "纪要"})
        return run("2026-03-05", log, track="cross_department", today="2026-03-30")["escalate/1"]

    assert conferred("2026-03-10").due == D("2026-03-16")
    assert conferred("2026-03-17").due == D("2026-03-18")
    assert conferred("2026-03-17").start == D("2026-03-05")


def test_deliver_runs_only_for_an_approved_refusal(run: Run) -> None:
    veto = ("2026-03-05", "veto_proposed", {"to": "rsj-002"})
    refused = ("2026-03-09", "answered", {"result": "refused"})
    given = ("2026-03-13", "delivered", {"copy": "applicant", "method": "handed"})

    assert told(run("2026-03-05", veto, refused, today="2026-03-11")["deliver/1"]) == (
        "running",
        "2026-03-12",
        None,
        1,
        0,
    )
    assert told(run("2026-03-05", veto, refused, given, today="2026-03-20")["deliver/1"]) == (
        "met_late", "2026-03-12", "2026-03-13", None, 1,
    )  # fmt: skip
    assert "deliver/1" not in run("2026-03-05", refused, today="2026-03-11")


def test_licence_clocks(run: Run) -> None:
    late = ("2026-03-12", "supplement_notice", {"items": ["证明"], "due_by": "2026-03-30", "cause": "first"})
    got = ("2026-03-16", "supplement_received", {"complete": True})
    clocks = run("2026-03-05", late, got, licensing=True, accepted="2026-03-02", today="2026-03-20")

    assert told(clocks["licence_notice/1"]) == ("deemed_accepted", "2026-03-09", "2026-03-12", None, 3)
    # 20 working days from 2 March without 12 and 13 March (supplement): 1 April, and Qingming is 4 to 6 April
    assert told(clocks["licence_decision/1"])[:2] == ("running", "2026-04-01")
    done = run("2026-03-05", ("2026-03-10", "answered", {"result": "done"}), licensing=True, accepted="2026-03-02",
               today="2026-03-20")  # fmt: skip
    assert told(done["licence_delivery/1"])[:2] == ("running", "2026-03-24")


def test_licence_extension_is_capped_at_ten_working_days(run: Run) -> None:
    def due(until: str, approver: str | None = "rsj-002") -> date | None:
        more = (
            "2026-03-20",
            "extended",
            {"until": until, "applicant_told": True} | ({"approver": approver} if approver else {}),
        )
        return run("2026-03-02", more, licensing=True, accepted="2026-03-02", today="2026-03-23")[
            "licence_decision/1"
        ].due

    assert due("2026-04-03") == D("2026-04-03")
    assert due("2026-12-31") == D("2026-04-14")
    assert due("2026-04-03", None) == D("2026-03-30")


def test_steps_of_later_days_have_not_happened_yet(run: Run) -> None:
    clocks = run("2026-03-05", ("2026-03-09", "answered", {"result": "done"}), today="2026-03-06")

    assert told(clocks["reply/1"])[0] == "running"
    assert run("2026-03-05", today="2026-03-04") == {}


def test_a_limit_past_the_known_calendar_is_provisional(run: Run) -> None:
    assert run("2026-12-16", today="2026-12-17")["reply/1"].provisional is True
    assert run("2026-12-15", today="2026-12-17")["reply/1"].provisional is False


SUSPEND = {"kind": "expert", "review_by": "2026-03-31"}


def test_a_reopening_after_a_withdrawn_dispute_opens_a_round(run: Run) -> None:
    log = (
        ("2026-03-05", "answered", {"result": "redirected"}),
        ("2026-03-06", "disputed", {"reason": "不服"}),
        ("2026-03-09", "withdrawn", {"proof": "书面"}),
        ("2026-03-12", "reopened", {"reason": "又来"}),
    )

    assert told(run("2026-03-05", *log, today="2026-03-12")["reply/3"])[:2] == ("running", "2026-03-17")


def test_a_suspension_after_a_clock_was_met_leaves_its_due_day_alone(run: Run) -> None:
    log = (
        ("2026-03-06", "supplement_notice", {"items": ["证明"], "due_by": "2026-03-20", "cause": "first"}),
        ("2026-03-09", "suspended", {**SUSPEND, "from": "2026-03-09"}),
        ("2026-03-10", "supplement_received", {"complete": True}),
    )
    clocks = run("2026-03-05", *log, today="2026-03-11")

    assert told(clocks["reply/1"]) == ("met", "2026-03-10", "2026-03-06", None, 0)
    assert "interim/1" not in clocks
    assert told(clocks["reply/2"])[:2] == ("suspended", None)


def test_an_interim_reply_once_owed_outlives_a_resumption_dated_back(run: Run) -> None:
    log = (
        ("2026-03-06", "suspended", {**SUSPEND, "from": "2026-03-06"}),
        ("2026-03-12", "resumed", {"from": "2026-03-06"}),
    )
    clocks = run("2026-03-05", *log, today="2026-03-12")

    assert told(clocks["interim/1"]) == ("overdue", "2026-03-10", None, -2, 2)
    assert told(clocks["reply/1"]) == ("overdue", "2026-03-10", None, -2, 2)
    same_day = ("2026-03-06T15:00", "resumed", {"from": "2026-03-06"})
    assert "interim/1" not in run("2026-03-05", log[0], same_day, today="2026-03-12")


def test_a_suspension_on_the_day_of_the_notice_but_after_it_owes_no_interim_reply(run: Run) -> None:
    log = (
        ("2026-03-06T09:00", "supplement_notice", {"items": ["证明"], "due_by": "2026-03-20", "cause": "first"}),
        ("2026-03-06T15:00", "suspended", {**SUSPEND, "from": "2026-03-06"}),
    )

    assert "interim/1" not in run("2026-03-05", *log, today="2026-03-12")


def test_reclassification_while_papers_are_awaited_moves_the_approval(run: Run) -> None:
    log = (
        ("2026-03-05T11:00", "veto_proposed", {"to": "rsj-002"}),
        ("2026-03-06", "supplement_notice", {"items": ["证明"], "due_by": "2026-03-20", "cause": "first"}),
        ("2026-03-09", "reclassified", {"track": "cross_department", "reason": "跨部门", "approver": "rsj-002"}),
    )
    clocks = run("2026-03-05", *log, today="2026-03-11")

    assert told(clocks["approval/1"])[:2] == ("running", "2026-03-19")
    assert told(clocks["reply/1"])[:2] == ("met", "2026-03-10")


def test_a_suspension_after_an_extension_moves_the_licence_decision(run: Run) -> None:
    log = (
        ("2026-03-20", "extended", {"until": "2026-04-03", "approver": "rsj-002"}),
        ("2026-04-01", "suspended", {**SUSPEND, "from": "2026-04-01"}),
        ("2026-04-09", "resumed", {"from": "2026-04-09"}),
    )
    head = {"licensing": True, "accepted": "2026-03-02"}

    assert told(run("2026-03-02", *log[:2], **head, today="2026-04-08")["licence_decision/1"])[0] == "suspended"
    moved = run("2026-03-02", *log, **head, today="2026-04-09")["licence_decision/1"]
    assert moved.due == D("2026-04-13")  # 1 to 3 April are the last three days: now 9, 10 and 13 April


def test_a_voided_case_owes_no_licence_decision_accepted_later(run: Run) -> None:
    clocks = run("2026-03-05", ("2026-03-05", "voided", {"reason": "重复"}), licensing=True, accepted="2026-03-09",
                 today="2026-05-20")  # fmt: skip

    assert told(clocks["licence_decision/1"])[0] == "not_applicable"


def test_a_limit_ended_by_reclassification_is_due_that_day_even_under_suspension(run: Run) -> None:
    log = (
        ("2026-03-12", "suspended", {**SUSPEND, "from": "2026-03-12"}),
        ("2026-03-13", "reclassified", {"track": "general", "reason": "不跨", "approver": "rsj-002"}),
    )
    reply = run("2026-03-05", *log, track="cross_department", today="2026-03-13")["reply/1"]

    assert (reply.state, reply.due, reply.state_calendar) == ("due_today", D("2026-03-13"), "due_today")


def complaint(*log: tuple[str, str, dict[str, str]], received: str = "2026-03-05T09:00") -> Complaint:
    entries = tuple(Entry(n, datetime.fromisoformat(at), "a", step, data) for n, (at, step, data) in enumerate(log, 1))
    return Complaint("h-c20260305-01", "h", datetime.fromisoformat(received), False, "window", "other", "", {}, entries,
                     {})  # fmt: skip


def test_a_suspension_stops_a_complaint_and_a_withdrawal_ends_it(calendar: Calendar, rules: Rules) -> None:
    def clock(today: str, *log: tuple[str, str, dict[str, str]]) -> Clock:
        return compute_complaint(complaint(*log), rules.current, calendar, D(today))[0]

    stop = ("2026-03-09T10:00", "suspended", {"kind": "study", "from": "2026-03-09"})
    go = ("2026-03-11T10:00", "resumed", {"from": "2026-03-11"})
    gone = ("2026-03-10T10:00", "withdrawn", {})

    assert told(clock("2026-03-20", stop))[:2] == ("suspended", None)
    assert told(clock("2026-03-11", stop, go))[:2] == ("running", "2026-03-16")
    assert told(clock("2026-03-20", gone))[:2] == ("not_applicable", "2026-03-12")
    assert clock("2026-03-20", gone).open is False
    assert complaint_status(complaint(gone), rules.current, calendar, D("2026-03-20")) == "closed"


def test_a_suspended_complaint_is_looked_at_again(calendar: Calendar, rules: Rules) -> None:
    def reviews(today: str, *log: tuple[str, str, dict[str, str]]) -> list[tuple[str, str | None]]:
        own, *rest = compute_complaint(complaint(*log), rules.current, calendar, D(today))
        assert own.clock == "complaint"
        assert {clock.clock for clock in rest} <= {"review"}
        return [told(clock)[:2] for clock in rest]

    stop = ("2026-03-09T10:00", "suspended", {"kind": "study", "from": "2026-03-09", "review_by": "2026-03-14"})
    longer = ("2026-03-13T10:00", "review_extended", {"review_by": "2026-03-20", "approver": "a"})
    go = ("2026-03-18T10:00", "resumed", {"from": "2026-03-18"})
    gone = ("2026-03-18T10:00", "withdrawn", {})

    assert reviews("2026-03-06", stop) == []
    assert reviews("2026-03-13", stop) == [("running", "2026-03-16")]  # the 14th is a Saturday
    assert reviews("2026-03-17", stop) == [("overdue", "2026-03-16")]
    assert reviews("2026-03-19", stop, longer) == [("met", "2026-03-16"), ("running", "2026-03-20")]
    assert reviews("2026-03-25", stop, longer, go) == [("met", "2026-03-16"), ("met", "2026-03-20")]
    assert reviews("2026-03-25", stop, gone) == [("overdue", "2026-03-16")]
    assert reviews("2026-04-20", (*stop[:2], {"kind": "study", "from": "2026-03-09"})) == [("overdue", "2026-04-07")]


def test_limits_in_calendar_days_hold_for_every_clock(calendar: Calendar, rules: Rules) -> None:
    spans = {"review": 20, "complaint_call_back": 10}
    limits = dict(rules.current.limits) | {name: LimitRule(n, True, "试") for name, n in spans.items()}
    changed = rules.current._replace(limits=limits)
    stop = ("2026-03-09T10:00", "suspended", {"kind": "study", "from": "2026-03-09"})
    _, review = compute_complaint(complaint(stop), changed, calendar, D("2026-03-20"))
    answered = complaint(("2026-03-09T10:00", "answered", {}))

    assert told(review)[:2] == ("running", "2026-03-30")  # the 29th is a Sunday
    assert complaint_status(answered, changed, calendar, D("2026-03-19")) == "answered"
    assert complaint_status(answered, changed, calendar, D("2026-03-20")) == "closed"
