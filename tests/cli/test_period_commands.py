"""``noveto period`` and ``noveto sample``: objections, freezing, proof, corrections since; draws anybody can repeat."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.history.histories import CASE, OTHER, History, head, step, usual

from noveto.cli.main import cli
from noveto.statistics.frozen import after, differing

PERIOD = "records/periods/2026/qj-2026-03.yml"
BASIS = "{text: 没有先例。, basis: [{title: 某办法, article: 第三条, published: true}]}"


def run(made: History, *args: str, today: str) -> Result:
    dates = {f"GIT_{role}_DATE": f"{today}T10:00:00+08:00" for role in ("AUTHOR", "COMMITTER")}
    return CliRunner().invoke(cli, [*args, "--root", str(made.folder), "--today", today], env=dates)


def said(done: Result) -> str:
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def ledger(tmp_path: Path) -> History:
    """March 2026, opened in April, one objection answered."""
    made = usual(tmp_path / "ledger")
    made.git("config", "user.name", "x")
    made.git("config", "user.email", "x@y")
    said(run(made, "period", "open", "--month", "2026-03", "--by", "sjj-003", "--until", "2026-04-08", "--commit",
             today="2026-04-01"))  # fmt: skip
    made.step(PERIOD, step("2026-04-02T09:00", "scjgj-001", "objection", unit="scjgj", figure="I7", text="少算一件。"))
    made.step(
        PERIOD,
        step("2026-04-03T09:00", "sjj-003", "objection_answered", entry='"1"', finding="not_upheld", text="对的。"),
    )
    return made


def freeze(made: History) -> str:
    return said(run(made, "period", "freeze", "--month", "2026-03", "--by", "sjj-003", "--commit", today="2026-04-09"))


def verified(made: History, today: str = "2026-05-06") -> dict:
    done = run(made, "period", "verify", "--format", "json", today=today)
    (told,) = json.loads(done.output)["periods"]
    assert done.exit_code == (told["same"] is False)
    return told


def test_frozen_figures_are_those_of_the_day_before_and_can_be_rebuilt(ledger: History) -> None:
    assert "数据截至 2026-04-08" in freeze(ledger)
    text = ledger.read(PERIOD)
    assert "    - I1 2\n    - I3 0/2\n    - I5 1/1\n" in text
    assert "    scjgj I7 1/1\n" in text
    assert f"commit: {ledger.git('rev-parse', 'HEAD~1')}" in text
    assert verified(ledger)["same"] is True
    assert "逐字相同" in said(run(ledger, "period", "verify", "qj-2026-03", today="2026-05-06"))
    assert "NV4" not in run(ledger, "check", PERIOD, today="2026-04-09").output


def test_acts_after_the_frozen_day_change_nothing_and_corrections_are_listed(ledger: History) -> None:
    freeze(ledger)
    ledger.step(OTHER, step("2026-04-10T09:00", "rsj-005", "answered", result="done", how="phone", told_to="self",
                            text="办好了。"))  # fmt: skip
    assert verified(ledger) | {"commit": ""} == verified(ledger) | {"commit": "", "corrected_since": []}

    ledger.step(CASE, step("2026-04-13T09:00", "scjgj-007", "corrected", field="log.3.at", was="2026-03-06T09:30",
                           now="2026-03-12T09:30", why="看错日期", approver="scjgj-002"))  # fmt: skip
    told = verified(ledger)
    assert told["same"] is True, "the frozen month stays"
    (since,) = told["corrected_since"]
    assert (since["id"], since["steps"]) == ("scjgj-20260305-01", ["corrected"])
    assert since["figures"]["I7"] == [-1, 1, 0]
    assert "定稿后更正 1 条" in said(run(ledger, "period", "verify", today="2026-05-06"))


def test_a_case_registered_late_is_a_correction_too(ledger: History) -> None:
    freeze(ledger)
    late = CASE.replace("0305-01", "0306-01")
    ledger.write(late, head(raised="2026-03-06T09:00"))
    ledger.commit("scjgj-007", "2026-04-20T09:00")
    (since,) = verified(ledger)["corrected_since"]
    assert (since["id"], since["figures"]["I1"]) == ("scjgj-20260306-01", [1, 0, 0])


def test_figures_that_were_made_up_are_found_out(ledger: History) -> None:
    freeze(ledger)
    ledger.replace(PERIOD, "scjgj I7 1/1", "scjgj I7 9/9")
    ledger.commit("sjj-003", "2026-04-09T12:00")
    told = verified(ledger)
    assert told["same"] is False
    assert told["differs"] == [{"of": "scjgj", "key": "I7", "frozen": "9/9", "rebuilt": "1/1"}]


def test_what_cannot_be_frozen_is_told_with_a_way_out(ledger: History) -> None:
    again = run(ledger, "period", "open", "--month", "2026-03", "--by", "sjj-003", today="2026-04-09")
    assert again.exit_code == 2
    for args, why in (
        (["--month", "2026-04"], "还没有开始核对"),
        (["--month", "2026-3"], "请写成 2026-09"),
        (["--month", "2026-03", "--year", "2026"], "只写一个"),
    ):
        done = run(ledger, "period", "freeze", *args, "--by", "sjj-003", today="2026-05-06")
        assert (done.exit_code, why in done.output) == (2, True), done.output
    done = run(ledger, "period", "freeze", "--month", "2026-03", "--by", "scjgj-002", today="2026-04-09")
    assert "由市数据资源管理局" in done.output
    early = run(ledger, "period", "open", "--month", "2026-04", "--by", "sjj-003", today="2026-04-30")
    assert "还没过完" in early.output
    freeze(ledger)
    done = run(ledger, "period", "freeze", "--month", "2026-03", "--by", "sjj-003", today="2026-04-10")
    assert "已经定稿" in done.output


@pytest.mark.parametrize(
    ("number", "moved", "now"),
    [("38/44", (-1, 1, 0), "37/44"), ("38/44 2", (0, 1, -1), "38/45 1"), ("46", (1, 0, 0), "47"), ("", (1, 0, 0), "1"),
     ("3 2 5", (1, 0, 0), "")],
)  # fmt: skip
def test_a_number_after_corrections(number: str, moved: tuple[int, int, int], now: str) -> None:
    assert after(number, moved) == now


def test_texts_are_compared_number_by_number() -> None:
    assert differing("- I1 2\nrsj I1 1\n", "- I1 3\nscjgj I1 1\n") == [
        ("-", "I1", "2", "3"), ("rsj", "I1", "1", ""), ("scjgj", "I1", "", "1")
    ]  # fmt: skip


# -- samples ----------------------------------------------------------------------------------------------------


@pytest.fixture
def vetoes(tmp_path: Path) -> History:
    """Six vetoes of one unit in March."""
    made = usual(tmp_path / "ledger")
    made.git("config", "user.name", "x")
    made.git("config", "user.email", "x@y")
    for nn in range(1, 7):
        path = f"records/cases/scjgj/2026-03/scjgj-20260310-{nn:02d}.yml"
        made.write(path, head(raised="2026-03-10T09:40", nn=f"{nn:02d}") + step(
            "2026-03-10T10:00", "scjgj-007", "veto_proposed", to="scjgj-002", reason="{main: R03}", grounds=BASIS))  # fmt: skip
    made.commit("scjgj-007", "2026-03-10T10:30")
    return made


def test_anybody_draws_the_same_with_a_few_lines_of_his_own(vetoes: History) -> None:
    done = run(vetoes, "sample", "--month", "2026-03", "--seed", "2026-04-01 开奖 03", "--size", "3", "--format", "json",
               today="2026-04-09")  # fmt: skip
    (drawn,) = json.loads(said(done))["samples"]
    names = [f"scjgj-20260310-{nn:02d}" for nn in range(1, 7)]
    mine = sorted(names, key=lambda name: hashlib.sha256(f"2026-04-01 开奖 03|{name}".encode()).hexdigest())[:3]
    assert (drawn["unit"], drawn["pool"], drawn["cases"]) == ("scjgj", 6, mine)


def test_a_sample_is_written_once_and_draws_again_alike_when_the_ledger_has_grown(vetoes: History) -> None:
    args = ["sample", "--month", "2026-03", "--seed", "s1", "--size", "2", "--write", "--by", "sjj-004", "--commit"]
    assert "从 6 件里抽 2 件" in said(run(vetoes, *args, today="2026-04-09"))
    assert "没有要抽的" in said(run(vetoes, *[a.replace("s1", "s2") for a in args], today="2026-04-10"))
    assert "NV" not in run(vetoes, "check", "records/reviews", today="2026-04-10").output
    late = "records/cases/scjgj/2026-03/scjgj-20260311-01.yml"
    vetoes.write(late, head(raised="2026-03-11T09:40") + step(
        "2026-03-11T10:00", "scjgj-007", "veto_proposed", to="scjgj-002", reason="{main: R03}", grounds=BASIS))  # fmt: skip
    vetoes.commit("scjgj-007", "2026-04-20T10:30")
    told = said(run(vetoes, "sample", "--month", "2026-03", today="2026-04-21"))
    assert "cc-2026-03-scjgj" in told
    assert "一样" in told.replace("不一样", "")


def test_a_picked_case_is_found_out(vetoes: History) -> None:
    said(run(vetoes, "sample", "--month", "2026-03", "--seed", "s1", "--size", "2", "--write", "--by", "sjj-004",
             "--commit", today="2026-04-09"))  # fmt: skip
    path = "records/reviews/2026/cc-2026-03-scjgj.yml"
    drawn = set(re.findall(r"scjgj-20260310-\d\d", vetoes.read(path)))
    other = next(name for nn in range(1, 7) if (name := f"scjgj-20260310-{nn:02d}") not in drawn)
    vetoes.replace(path, sorted(drawn)[0], other)
    vetoes.commit("sjj-004", "2026-04-09T12:00")
    done = run(vetoes, "sample", "--month", "2026-03", today="2026-04-21")
    assert (done.exit_code, "不一样" in done.output) == (1, True)


def test_without_a_frozen_period_the_seed_must_be_given(vetoes: History) -> None:
    done = run(vetoes, "sample", "--month", "2026-03", today="2026-04-09")
    assert (done.exit_code, "--seed" in done.output) == (2, True)


def test_only_what_two_people_read_counts_as_audited(vetoes: History) -> None:
    said(run(vetoes, "sample", "--month", "2026-03", "--seed", "s1", "--size", "6", "--write", "--by", "sjj-004",
             "--commit", today="2026-04-09"))  # fmt: skip
    path = "records/reviews/2026/cc-2026-03-scjgj.yml"
    cases = [f"scjgj-20260310-{nn:02d}" for nn in range(1, 7)]

    def read(case: str, by: str, name: str, verdict: str) -> None:
        vetoes.append(path, step("2026-04-10T09:00", by, name, case=case, verdict=verdict, text="看过。"))

    for case in cases[:5]:
        read(case, "sjj-004", "verdict", "sound")
    read(cases[0], "sjj-003", "second_read", "sound")
    read(cases[1], "sjj-004", "second_read", "sound")  # the same person: does not count
    read(cases[2], "sjj-003", "second_read", "unsound")  # they differ: left out until settled
    read(cases[3], "sjj-003", "second_read", "partly")
    read(cases[3], "sjj-002", "settled", "partly")
    vetoes.commit("sjj-004", "2026-04-10T12:00")
    for today, expected in (("2026-04-09", (0, 0, 6)), ("2026-04-10", (1, 2, 4))):
        done = run(vetoes, "stats", "--from", "2026-03-01", "--to", "2026-03-31", "--format", "json", today=today)
        figures = {one["key"]: one for one in json.loads(said(done))["total"]["indicators"]}
        told = figures["X.audit"]
        assert (told["numerator"], told["denominator"], told["left_out"]) == expected
