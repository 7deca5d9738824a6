"""The parts of the demo: days around today, sharing of commits and days, the quick writer, refusals to overwrite."""

import re
from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noveto.calendar import Calendar, limit
from noveto.demo import faults
from noveto.demo.broken import broken_text, quarantine_count
from noveto.demo.corpus import Corpus, read
from noveto.demo.generate import load_registry, made_here, make, prepare
from noveto.demo.gitwrite import grouped
from noveto.demo.life import Piece, Record
from noveto.demo.options import Options
from noveto.demo.pair import clone, prepare_pair
from noveto.demo.quick import quick_entry, quick_head
from noveto.demo.showcase import Days, scenes
from noveto.demo.stream import Stream, Stroke, _apportion
from noveto.demo.world import World
from noveto.errors import UserError
from noveto.gitio import Repo
from noveto.resources import resource
from noveto.source import load
from noveto.writing.text import entry_text, head_text

TODAY = date(2026, 10, 10)


@pytest.fixture(scope="module")
def calendar():
    return Calendar.load(resource("records/calendar"))


@pytest.fixture(scope="module")
def world(calendar):
    return World(load_registry(), calendar)


@pytest.mark.parametrize("offset", [-4, -1, 0, 1, 7])
@pytest.mark.parametrize("length", [3, 5, 10])
def test_a_scene_begins_where_its_limit_ends_as_wanted(calendar, offset, length):
    days = Days(calendar, TODAY)
    end = limit(calendar, days.since(f"due {offset} {length}"), length).due

    if offset >= 0:
        assert end == calendar.add_workdays(TODAY, offset)
    else:
        assert calendar.workdays_between(end, TODAY) == -offset


def test_scenes_on_a_rest_day_begin_on_working_days(calendar):
    sunday = date(2026, 11, 22)

    assert all(calendar.is_workday(scene.raised) for scene in scenes(calendar, sunday))
    assert all(scene.raised < sunday for scene in scenes(calendar, sunday))


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60), st.integers(0, 5000))
def test_days_share_the_cases_exactly(weights, total):
    days = [(date(2026, 1, 1) + timedelta(n), weight) for n, weight in enumerate(weights)]
    shares = _apportion(days, total)

    assert sum(count for _, count in shares) == (total if sum(weights) > 0 else 0)
    assert all(count >= 0 for _, count in shares)


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abcd"), st.integers(0, 2)), max_size=60))
def test_shared_commits_keep_the_order_within_a_record(acts):
    records = [Record("case", str(n), f"p{n}", "", {}, "a", datetime(2026, 3, 2, 9), 0.0) for n in range(4)]
    strokes, moment = [], datetime(2026, 3, 2, 9)
    for number, (record, typist, jump) in enumerate(acts):
        moment += timedelta(hours=7 * jump, minutes=1)
        strokes.append(Stroke(records[record], Piece(moment, typist, "desk", str(number), ("note",)), False, False))
    groups = list(grouped(strokes, True))
    order = [stroke.piece.text for group in groups for stroke in group.strokes]

    assert Counter(order) == Counter(stroke.piece.text for stroke in strokes)
    for record in records:
        mine = [stroke.piece.text for stroke in strokes if stroke.record is record]
        assert [text for text in order if text in mine and _of(strokes, text) is record] == mine
    assert all({stroke.piece.typist for stroke in group.strokes} == {group.typist} for group in groups)
    assert all(len({stroke.piece.moment.date() for stroke in group.strokes}) == 1 for group in groups)


def _of(strokes, text):
    return next(stroke.record for stroke in strokes if stroke.piece.text == text)


def test_the_quick_writer_writes_what_the_writer_writes(world):
    options = Options(cases=400, seed=11, today=TODAY)
    stream = Stream(world, options, 360, 40)
    seen = {}
    for stroke in stream.strokes():
        seen[stroke.record.path] = stroke.record

    assert len(seen) > 400
    for record in seen.values():
        assert quick_head(record.kind, record.head) == head_text(record.kind, record.head)
        for act in record.acts:
            if act.step not in ("corrected", "struck"):
                assert quick_entry(act.entry()) == entry_text(act.entry())


def test_every_break_is_an_error_of_form(world):
    stream = Stream(world, Options(cases=100, seed=2, today=TODAY), 60, 0)
    record = next(stroke.record for stroke in stream.strokes() if stroke.record.kind == "case")
    texts = [broken_text(record, number) for number in range(6)]
    good = head_text("case", record.head)

    assert len(set(texts)) == 6
    assert good not in texts


def test_about_one_case_in_a_thousand_is_broken():
    assert [quarantine_count(n) for n in (1, 499, 500, 2000, 10_000)] == [0, 0, 2, 2, 10]


def test_there_are_some_hundred_scenarios_for_all_matters(world):
    corpus = Corpus.bundled()

    assert sum(map(len, corpus.scenarios.values())) >= 300
    assert set(corpus.scenarios) == set(world.registry.matters)
    for matter, found in corpus.scenarios.items():
        for scenario in found:
            text = corpus.fill(Random(1), scenario.text, 2026)
            assert scenario.reasons, matter
            assert "{" not in text
            assert not re.search(r"R[0-9]{2}", text)


def test_all_slots_and_phrases_fill(world):
    corpus = Corpus.bundled()
    for key in corpus.phrases:
        assert "{" not in corpus.say(Random(4), key)
    for name in ("units", "partners", "basis", "paths", "handling"):
        assert read("world.yml")[name]


def test_every_unit_of_the_world_is_in_the_registry(world):
    assert set(read("world.yml")["units"]) == set(world.places)
    assert len(world.places) > 45


def test_each_fault_has_a_docstring_and_a_name_of_its_own():
    names = [road.__name__ for road in faults.ROADS]

    assert len(set(names)) == len(names) >= 20
    assert all(road.__doc__ for road in faults.ROADS)


@pytest.mark.parametrize("cases", [1, 2, 10, 45])
def test_small_ledgers_work_too(tmp_path, cases):
    folder = tmp_path / "small"
    prepare(folder, reset=False)
    done = make(Options(cases=cases, seed=1, today=TODAY), folder, bare=False, progress=lambda a, b: None)

    assert done.cases == len(list((folder / "records/cases").rglob("*.yml"))) == cases
    assert done.broken == 0


def test_nothing_foreign_is_ever_overwritten(tmp_path):
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("x")
    with pytest.raises(UserError, match="没有动它"):
        prepare(foreign, reset=True)
    with pytest.raises(UserError, match="是文件"):
        prepare(foreign / "thesis.txt", reset=True)

    assert (foreign / "thesis.txt").read_text() == "x"


def test_a_demo_is_made_anew_only_when_asked(tmp_path):
    folder = tmp_path / "demo"
    prepare(folder, reset=False)
    make(Options(cases=3, seed=1, today=TODAY), folder, bare=True, progress=lambda a, b: None)
    with pytest.raises(UserError, match="--reset"):
        prepare(folder, reset=False)
    prepare(folder, reset=True)

    assert list(folder.iterdir()) == []


def test_a_pair_is_a_bare_repository_and_its_clone(tmp_path):
    bare = prepare_pair(tmp_path / "office", reset=False)
    prepare(bare, reset=False)
    make(Options(cases=5, seed=1, today=TODAY), bare, bare=True, progress=lambda a, b: None)
    clone(bare, tmp_path / "office" / "ledger")
    repo = Repo.discover(tmp_path / "office" / "ledger")

    assert made_here(bare)
    assert made_here(tmp_path / "office" / "ledger")
    assert repo.resolve("refs/remotes/origin/receipts")[0]
    assert len(list((repo.folder / "records/cases").rglob("*.yml"))) == 5
    with pytest.raises(UserError, match="--reset"):
        prepare_pair(tmp_path / "office", reset=False)
    assert not prepare_pair(tmp_path / "office", reset=True).exists()


def test_every_text_of_a_stream_loads(world):
    stream = Stream(world, Options(cases=60, seed=9, today=TODAY), 60, 0)
    texts: dict[str, str] = {}
    for stroke in stream.strokes():
        texts[stroke.record.path] = texts.get(stroke.record.path, "") + stroke.piece.text

    assert all(load(text.encode(), file=path).value for path, text in texts.items())
