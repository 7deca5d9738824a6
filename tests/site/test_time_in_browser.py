"""The script in the browser, the words and the engine agree, day by day and word by word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.site import time_examples

from noveto.site.calendardata import calendar_script

ROOT = Path(__file__).resolve().parents[2]

RUN = """examples => {
  const T = NovetoTime, cal = new T.Calendar(NOVETO_CALENDAR);
  const iso = day => day === null ? null : T.iso(day);
  return {
    limits: examples.limits.map(e => {
      const pauses = e.pauses.map(p => ({start: T.parse(p[0]), end: p[1] ? T.parse(p[1]) : null}));
      const d = T.derive(cal, T.parse(e.start), e.n, pauses, e.calendar_days);
      const same = T.limit(cal, T.parse(e.start), e.n, pauses, e.calendar_days);
      return {due: iso(d.due), used: d.used, remaining: d.remaining, provisional: d.provisional,
        counted: d.counted.map(iso), skipped: d.skipped.map(s => [iso(s.day), s.why]), limit: iso(same.due)};
    }),
    statuses: examples.statuses.map(e => T.status(cal, e.kind, T.parse(e.due), T.parse(e.today))),
    days: examples.days.map(e => {
      const day = T.parse(e.day), today = T.parse(e.today);
      return {workday: cal.isWorkday(day), short: T.short(cal, day, today), sentence: T.sentence(day, today),
        promise: T.promise(day, today), paper: T.paper(day), headline: T.headlineDay(cal, day)};
    }),
  };
}"""


@pytest.fixture(scope="module")
def run(browser):
    page = browser.new_page()
    page.set_content("<!doctype html><meta charset=utf-8><title>time</title>")
    page.add_script_tag(content=calendar_script(time_examples.calendar()))
    page.add_script_tag(path=ROOT / "docs/assets/noveto-time.js")
    yield lambda examples: page.evaluate(RUN, examples)
    page.close()


def compare(expected, got, keys):
    for wanted, answer in zip(expected, got, strict=True):
        assert {key: answer[key] for key in keys} == {key: wanted[key] for key in keys}, wanted


def test_table_of_examples_is_what_the_engine_says():
    stored = json.loads(time_examples.FILE.read_text(encoding="utf-8"))
    assert stored == json.loads(json.dumps(time_examples.examples(), ensure_ascii=False)), (
        "run `python tests/site/time_examples.py` when the change is meant"
    )


def test_browser_agrees_with_the_table(run):
    table = json.loads(time_examples.FILE.read_text(encoding="utf-8"))
    got = run(table)
    compare(table["limits"], got["limits"], ("due", "used", "remaining", "provisional", "counted", "skipped"))
    assert [answer["limit"] for answer in got["limits"]] == [example["due"] for example in table["limits"]]
    compare(table["statuses"], got["statuses"], ("words", "css", "char"))
    compare(table["days"], got["days"], ("workday", "short", "sentence", "promise", "paper", "headline"))


def test_browser_agrees_on_thousands_of_random_limits(run):
    cal = time_examples.calendar()
    limits = time_examples.random_limits(cal, 6000, 20261010)
    got = run({"limits": limits, "statuses": [], "days": []})
    compare(limits, got["limits"], ("due", "used", "remaining", "provisional", "counted", "skipped"))


def test_holiday_case_of_the_design(run):
    """On 2026-10-03 a case due 2026-09-30 is 已过到期日（假期中）, on 2026-10-10 it is three working days late."""
    asked = [
        {"kind": "due", "due": "2026-09-30", "today": "2026-10-03"},
        {"kind": "due", "due": "2026-09-30", "today": "2026-10-10"},
    ]
    said = run({"limits": [], "statuses": asked, "days": []})["statuses"]
    assert [item["words"] for item in said] == ["已过到期日（假期中）", "已超期 3 个工作日"]


def test_every_day_of_a_decade_is_the_same(run):
    cal = time_examples.calendar()
    from datetime import date, timedelta

    first = date(2018, 1, 1)
    days = [first + timedelta(days=n) for n in range(3650)]
    asked = [{"day": day.isoformat(), "today": "2026-10-10"} for day in days]
    got = run({"limits": [], "statuses": [], "days": asked})["days"]
    assert [item["workday"] for item in got] == [cal.is_workday(day) for day in days]
