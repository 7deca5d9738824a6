"""Clocks as a case page tells them."""

from __future__ import annotations

from datetime import date

from tests.statistics.smallcases import calendar, rules

from noveto.clocks import view
from noveto.records.build import build_case
from noveto.site.caseclocks import ClockTeller
from noveto.site.outcome import result_of

TODAY = date(2026, 3, 4)


def case(raised: str, *log: dict[str, object]):
    head = {
        "id": f"rsj-{raised.replace('-', '')}-01", "unit": "rsj", "window": "rsj-w01", "clerk": "rsj-005",
        "raised": f"{raised}T09:40", "handling": "guide", "kind": "request", "channel": "window",
        "applicant": {"kind": "anonymous"}, "track": "general", "reason": {"main": "R04"}, "facts": "断缴六个月。",
        "matter": {"name": "补缴", "category": "other", "unit": "rsj", "licensing": False, "standardised": False},
    }  # fmt: skip
    return view(build_case({**head, "log": list(log)}, frozenset()), rules(), calendar(), TODAY)


def test_a_kept_derivation_is_that_of_its_own_round():
    """A case raised, and another reopened, on one day have the same limit, but not the same beginning."""
    raised = case("2026-03-02")
    again = case(
        "2026-02-03",
        {"at": "2026-02-04T10:00", "by": "rsj-005", "step": "answered", "result": "explained"},
        {"at": "2026-03-02T10:00", "by": "rsj-005", "step": "reopened", "reason": "又来了"},
    )
    first = next(clock for clock in raised.clocks if clock.clock == "reply")
    second = next(clock for clock in again.clocks if clock.clock == "reply" and clock.round == 2)
    assert (first.basis, first.due) == (second.basis, second.due)
    teller = ClockTeller(None, calendar(), TODAY)  # type: ignore[arg-type] - no name is looked up
    assert teller.derivation(first, raised).startswith("03-02 登记当日不计")
    assert teller.derivation(second, again).startswith("03-02 这一轮开始当日不计")
    assert teller.derivation(first, raised).startswith("03-02 登记当日不计")


def test_the_result_shown_is_that_of_the_last_answer_in_time():
    def said(at: str, result: str) -> dict[str, object]:
        return {"at": f"{at}T10:00", "by": "rsj-005", "step": "answered", "result": result}

    again = {"at": "2026-02-09T10:00", "by": "rsj-005", "step": "reopened", "reason": "又来了"}
    refused, done = said("2026-02-05", "refused"), said("2026-02-10", "done")
    assert result_of(case("2026-02-03", refused, again, done).case) == "done"
    assert result_of(case("2026-02-03", again, done, refused).case) == "done"  # the first answer was entered late
    assert result_of(case("2026-02-03", refused, done).case) == "refused"  # not opened again: the second is no result
