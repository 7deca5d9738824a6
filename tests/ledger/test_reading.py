"""What a ledger shows: work tree, revisions, no Git at all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from noveto.errors import UserError
from noveto.ledger import Ledger
from noveto.ledger.places import RECORDS

A, B, C = "scjgj-20260305-01", "scjgj-20260305-02", "scjgj-20260401-01"


def test_cases_of_the_work_tree_committed_or_not(small, texts) -> None:
    small.put(texts.path(A), texts.case(A, texts.submitted()))
    small.put(texts.path(B), texts.case(B))
    small.commit()
    small.append(texts.path(B), texts.submitted())
    small.put(texts.path(C), texts.case(C))

    with Ledger.open(small.root) as ledger:
        found = {record.id: len(record.case.log) for record in ledger.cases()}
        assert ledger.edited

    assert found == {A: 1, B: 1, C: 0}


def test_a_revision_shows_what_was_committed_then(small, texts) -> None:
    small.put(texts.path(A), texts.case(A))
    first = small.commit()
    small.append(texts.path(A), texts.submitted())
    small.put("records/registry/office.yml", "name: 新名\ncity: 池州市\nbureau: {unit: sjj, name: 市数据局}\n")
    small.commit()
    (small.root / texts.path(A)).unlink()

    with Ledger.open(small.root, at=first) as before, Ledger.open(small.root, at="HEAD") as after:
        assert [(r.id, len(r.case.log)) for r in before.cases()] == [(A, 0)]
        assert [(r.id, len(r.case.log)) for r in after.cases()] == [(A, 1)]
        assert before.registry.office.name != "新名"
        assert after.registry.office.name == "新名"
        assert before.version == first
        assert after.source(texts.path(A)) == texts.case(A, texts.submitted()).encode()
    with Ledger.open(small.root) as now:
        assert list(now.cases()) == []
    with pytest.raises(UserError, match="找不到版本"):
        Ledger.open(small.root, at="nowhere")
    with pytest.raises(UserError, match="找不到版本"):
        Ledger.open(small.root, at="--all")


def test_without_git_everything_is_read_and_nothing_kept(make_small, texts) -> None:
    small = make_small("plain", with_git=False)
    small.put(texts.path(A), texts.case(A))

    with Ledger.open(small.root) as ledger:
        assert [record.id for record in ledger.cases()] == [A]
        assert ledger.version == ""
        assert not ledger.receipts
        assert ledger.arrivals.of(texts.path(A)) == ()
        assert not ledger.answers.store.kept
    with pytest.raises(UserError, match="没有 Git 仓库"):
        Ledger.open(small.root, at="HEAD")


def test_a_bare_repository_can_be_read_by_revision(small, texts, tmp_path: Path) -> None:
    small.put(texts.path(A), texts.case(A))
    small.commit()
    small.git("clone", "-q", "--bare", str(small.root), str(tmp_path / "bare.git"))

    with Ledger.open(tmp_path / "bare.git", at="main") as ledger:
        assert [record.case.unit for record in ledger.cases()] == ["scjgj"]
        assert ledger.calendar.known_through >= date(2026, 12, 19)
        assert ledger.registry.units["scjgj"].level == "city"


def test_a_ledger_below_the_top_of_its_repository(small, texts) -> None:
    small.put("台账/读我", "x")
    for part in ("schema", "records"):
        small.git("mv", part, f"台账/{part}")
    small.put("台账/" + texts.path(A), texts.case(A))
    head = small.commit()
    small.put("台账/" + texts.path(B), texts.case(B))

    with Ledger.open(small.root / "台账") as ledger:
        assert [record.path for record in ledger.cases()] == [texts.path(A), texts.path(B)]
    with Ledger.open(small.root / "台账", at=head) as ledger:
        assert [record.path for record in ledger.cases()] == [texts.path(A)]
        assert "scjgj" in ledger.registry.units


def test_a_ledger_that_git_ignores_is_read_like_one_without_git(small, make_small, texts) -> None:
    small.put(".gitignore", "inner/\n")
    small.commit()
    (small.root / "inner").mkdir()
    for part in ("schema", "records"):
        (small.root / part).rename(small.root / "inner" / part)
    small.put("inner/" + texts.path(A), texts.case(A))

    with Ledger.open(small.root / "inner") as ledger:
        assert [record.id for record in ledger.cases()] == [A]


def test_a_broken_record_is_quarantined_and_the_others_are_read(small, texts) -> None:
    small.put(texts.path(A), texts.case(A))
    small.put(texts.path(B), texts.case(B).replace("track: general", "track: 一般"))
    small.put(texts.path(C), b"\xff\xfe\x00")
    small.commit()

    with Ledger.open(small.root) as ledger:
        assert [record.id for record in ledger.cases()] == [A]
        assert [(item.id, item.owner) for item in ledger.quarantined] == [(B, "scjgj"), (C, "scjgj")]
        findings = list(ledger.form_findings())
        assert {finding.file for finding in findings} == {texts.path(B), texts.path(C)}
        track = next(finding for finding in findings if finding.file == texts.path(B))
        assert (track.line, track.severity) == (11, "error")
        assert ledger.record(B) is None
        assert ledger.exists(B)
        assert ledger.count_records() == ledger.count(*RECORDS) == 1
        assert not ledger.exists("scjgj-20260305-99")


def test_files_that_do_not_belong_are_told(small, texts) -> None:
    small.put(texts.path(A), texts.case(A))
    small.put("records/cases/scjgj/2026-03/note.txt", "x")
    small.put("records/cases/scjgj/2026-03/scjgj-20260305-09.yaml", "x")
    small.put("records/cases/README.md", "fine")
    (small.root / "records/cases/scjgj/2026-03/scjgj-20260305-08.yml").symlink_to("scjgj-20260305-01.yml")
    small.put("records/cases/rsj/2026-03/scjgj-20260305-03.yml", texts.case("scjgj-20260305-03"))

    for _ in range(2):  # uncommitted, then committed
        with Ledger.open(small.root) as ledger:
            codes = {finding.file.rpartition("/")[2]: finding.code for finding in ledger.form_findings()}
            places = {finding.code: (finding.line, finding.column) for finding in ledger.form_findings()}
            misplaced = ledger.misplaced()
            assert ledger.count_records() == ledger.count(*RECORDS) == 2
        assert codes == {"note.txt": "NV904", "scjgj-20260305-09.yaml": "NV905", "scjgj-20260305-08.yml": "NV902"}
        assert (places["NV904"], places["NV905"]) == ((0, 0), (1, 1))
        assert misplaced == ["records/cases/rsj/2026-03/scjgj-20260305-03.yml"]
        small.commit()


def test_an_id_that_does_not_agree_with_its_record_is_misplaced_wherever_it_lies(small, texts) -> None:
    small.put(texts.path(A), texts.case(A).replace("raised: 2026-03-05", "raised: 2026-03-06"))

    with Ledger.open(small.root) as ledger:
        assert ledger.misplaced() == [texts.path(A)]
        assert ledger.path(A) == texts.path(A)


def test_records_are_found_by_id_even_where_they_do_not_belong(small, texts) -> None:
    small.put("records/cases/rsj/2026-03/" + A + ".yml", texts.case(A))
    small.put(
        "records/improvements/2026/gj-2026-001.yml",
        f"id: gj-2026-001\nopened: 2026-04-01\nfrom: [{A}]\nroot_cause: law_gap\nowner: scjgj-002\n"
        "measure: 改目录\ntarget_date: 2026-06-01\nlog:\n",
    )

    with Ledger.open(small.root) as ledger:
        assert ledger.path(A) == "records/cases/rsj/2026-03/" + A + ".yml"
        found = ledger.record("gj-2026-001")
        assert found is not None
        assert found.improvement.cases == (A,)
        assert ledger.record("nonsense") is None
        assert ledger.count("improvement") == 1
        assert ledger.count_records() == ledger.count(*RECORDS) == 2


def test_a_broken_registry_file_leaves_its_table_empty_and_says_so(small, texts) -> None:
    small.put("records/registry/windows.yml", "windows: 无\n")
    (small.root / "records/registry/halls.yml").unlink()

    with Ledger.open(small.root) as ledger:
        assert ledger.registry.broken == {"windows", "halls"}
        assert len(ledger.registry.windows) == 0
        assert "scjgj-007" in ledger.registry.staff


def test_a_correction_must_leave_a_record_the_schema_accepts(small, texts) -> None:
    wrong = (
        "- at: 2026-03-06T09:00\n  by: scjgj-007\n  step: corrected\n  field: track_reason\n  now: 没有\n  why: 写漏\n"
    )
    right = "- at: 2026-03-06T09:00\n  by: scjgj-007\n  step: corrected\n  field: kind\n  was: application\n  now: 申请\n  why: 写错\n"
    small.put(texts.path(A), texts.case(A, wrong))
    small.put(texts.path(B), texts.case(B, right))

    with Ledger.open(small.root) as ledger:
        assert [item.id for item in ledger.quarantined] == [B]
        assert next(ledger.cases()).case.track_reason == "没有"


def test_findings_and_values_keep_their_place_from_the_cache(small, texts) -> None:
    small.put(texts.path(A), texts.case(A, texts.submitted()))
    small.commit()
    for _ in range(2):
        with Ledger.open(small.root) as ledger:
            record = ledger.record(A)
            assert record is not None
            assert record.position(("log", 0, "to")) == (18, 7)
            assert record.data == texts.case(A, texts.submitted()).encode()


def test_filters_between_work_tree_and_git_do_not_matter(small, texts) -> None:
    small.put(".gitattributes", "*.yml text eol=crlf\n")
    small.put(texts.path(A), texts.case(A, texts.submitted()))
    small.commit()
    (small.root / texts.path(A)).unlink()
    small.git("checkout", "--", ".")
    assert b"\r\n" in (small.root / texts.path(A)).read_bytes()

    with Ledger.open(small.root) as ledger:
        assert not ledger.edited
        assert [len(record.case.log) for record in ledger.cases()] == [1]
        assert ledger.source(texts.path(A)) == texts.case(A, texts.submitted()).encode()
