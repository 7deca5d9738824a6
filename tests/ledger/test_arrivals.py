"""When entries arrived: receipts joined with the first-parent line."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from noveto.errors import UserError
from noveto.ledger import Ledger
from noveto.ledger.receipts import parse_receipts

A, B = "scjgj-20260305-01", "scjgj-20260305-02"


def days(small, path: str) -> tuple[date | None, ...]:
    """Read with the cache and without: both must say the same."""
    with Ledger.open(small.root) as ledger:
        found = ledger.arrivals.of(path)
    with Ledger.open(small.root, cache=False) as ledger:
        assert ledger.arrivals.of(path) == found
    return found


def test_each_entry_arrived_with_the_first_version_that_holds_it(small, texts) -> None:
    path = small.put(texts.path(A), texts.case(A))
    first = small.commit()
    small.append(path, texts.submitted())
    second = small.commit()
    small.append(path, texts.proposed() + texts.answered())
    third = small.commit()
    assert days(small, path) == ()

    small.receipt((first, "2026-03-05T10:00:00+08:00"), (second, "2026-03-06T09:00:00+08:00"))
    assert days(small, path) == (date(2026, 3, 6), None, None)

    small.receipt((third, "2026-04-02T00:30:00+08:00"))
    assert days(small, path) == (date(2026, 3, 6), date(2026, 4, 2), date(2026, 4, 2))


def test_the_head_arrived_with_the_first_version(small, texts) -> None:
    path = small.put(texts.path(A), texts.case(A))
    first = small.commit()
    small.append(path, texts.submitted())
    second = small.commit()

    def begun() -> date | None:
        with Ledger.open(small.root) as ledger:
            (record,) = ledger.files([path], arrivals=True)
            assert [item.begun for item in ledger.records("case", arrivals=True)] == [record.begun]
            return record.begun

    assert begun() is None
    small.receipt((second, "2026-03-11T09:00:00+08:00"))
    assert begun() is None
    small.receipt((first, "2026-03-09T10:00:00+08:00"))
    assert begun() == date(2026, 3, 9)


def test_an_entry_not_yet_committed_has_not_arrived(small, texts) -> None:
    path = small.put(texts.path(A), texts.case(A, texts.submitted()))
    small.receipt((small.commit(), "2026-03-05T10:00:00+08:00"))
    small.append(path, texts.answered())

    assert days(small, path) == (date(2026, 3, 5), None)


def test_a_draft_counts_from_the_day_its_merge_was_received(small, texts) -> None:
    start = small.commit()
    small.git("checkout", "-q", "-b", "draft")
    path = small.put(texts.path(A), texts.case(A, texts.submitted()))
    drafted = small.commit()
    small.git("checkout", "-q", "main")
    small.git("merge", "-q", "--no-ff", "-m", "merge", "draft")
    merged = small.git("rev-parse", "HEAD")
    small.receipt(
        (start, "2026-03-01T10:00:00+08:00"),
        (drafted, "2026-03-05T10:00:00+08:00"),
        (merged, "2026-03-09T10:00:00+08:00"),
    )

    assert days(small, path) == (date(2026, 3, 9),)


def test_versions_that_are_no_prefix_of_the_present_one_are_read(small, texts) -> None:
    path = small.put(texts.path(A), "# 旧注释\r\n" + texts.case(A, texts.submitted()).replace("\n", "\r\n"))
    first = small.commit()
    small.put(path, texts.case(A, texts.submitted() + texts.answered()))
    second = small.commit()
    small.receipt((first, "2026-03-05T10:00:00+08:00"), (second, "2026-03-10T10:00:00+08:00"))

    assert days(small, path) == (date(2026, 3, 5), date(2026, 3, 10))


def test_a_corrected_receipt_changes_what_it_concerns(small, texts) -> None:
    path = small.put(texts.path(A), texts.case(A, texts.submitted()))
    one = small.commit()
    other = small.put(texts.path(B), texts.case(B, texts.submitted()))
    two = small.commit()
    small.receipt((one, "2026-03-05T10:00:00+08:00"), (two, "2026-03-06T10:00:00+08:00"))
    assert days(small, path) == (date(2026, 3, 5),)

    text = "commit refs/heads/receipts\ncommitter 机 <m@example.org> 1700000000 +0800\ndata 0\ndeleteall\n"
    line = f'{{"commit": "{two}", "received": "2026-03-07T10:00:00+08:00"}}\n'
    text += f"M 100644 inline 2026-03.jsonl\ndata {len(line)}\n{line}\n"
    import subprocess

    subprocess.run(["git", "fast-import", "--quiet", "--force"], cwd=small.root, input=text.encode(), check=True)

    assert days(small, path) == (None,)
    assert days(small, other) == (date(2026, 3, 7),)


def test_a_fetched_branch_of_receipts_is_used_in_a_clone(small, texts, tmp_path) -> None:
    path = small.put(texts.path(A), texts.case(A, texts.submitted()))
    small.receipt((small.commit(), "2026-03-05T10:00:00+08:00"))
    small.git("clone", "-q", str(small.root), str(tmp_path / "clone"))

    with Ledger.open(tmp_path / "clone") as ledger:
        assert ledger.arrivals.present
        assert ledger.arrivals.of(path) == (date(2026, 3, 5),)


def test_a_shallow_clone_is_refused_rather_than_believed(small, texts, tmp_path) -> None:
    small.put(texts.path(A), texts.case(A, texts.submitted()))
    small.receipt((small.commit(), "2026-03-05T10:00:00+08:00"))
    small.git("clone", "-q", "--depth=1", "--no-single-branch", small.root.as_uri(), str(tmp_path / "shallow"))

    with Ledger.open(tmp_path / "shallow") as ledger:
        assert ledger.count("case") == 1
        with pytest.raises(UserError, match="浅克隆"):
            ledger.arrivals.of(texts.path(A))


def test_a_blobless_clone_is_enough(small, texts, tmp_path) -> None:
    path = small.put(texts.path(A), texts.case(A, texts.submitted()))
    first = small.commit()
    small.append(path, texts.answered())
    small.receipt((first, "2026-03-05T10:00:00+08:00"), (small.commit(), "2026-03-06T10:00:00+08:00"))
    small.git("config", "uploadpack.allowFilter", "true")
    small.git("clone", "-q", "--filter=blob:none", small.root.as_uri(), str(tmp_path / "blobless"))

    with Ledger.open(tmp_path / "blobless") as ledger:
        assert ledger.arrivals.of(path) == (date(2026, 3, 5), date(2026, 3, 6))


def test_the_line_follows_a_rewritten_history(small, texts) -> None:
    path = small.put(texts.path(A), texts.case(A))
    small.commit()
    small.append(path, texts.submitted())
    lost = small.commit()
    small.receipt((lost, "2026-03-06T10:00:00+08:00"))
    assert days(small, path) == (date(2026, 3, 6),)

    small.git("reset", "-q", "--hard", "HEAD~1")
    small.append(path, texts.answered())
    small.commit()

    assert days(small, path) == (None,)


def test_lines_of_receipts_in_any_spelling() -> None:
    oid = "a" * 40
    usual = f'{{"commit": "{oid}", "received": "2026-03-05T23:30:00+08:00", "pusher": "王", "via": "hook"}}'.encode()
    other = f'{{"via":"ci","received":"2026-03-05T16:30:00Z","commit":"{oid}","pusher":"\\u738b"}}'.encode()
    wrong = [
        b"{}",
        b"[]",
        b"nonsense",
        b"\xff",
        usual.replace(b"03-05", b"13-05"),
        b'{"commit": 1, "received": null}',
        usual.replace(b"T23:30", b"T25:30"),
    ]

    found = list(parse_receipts(b"\n".join([usual, b"", other, *wrong])))

    assert found[0] == (oid, date(2026, 3, 5).toordinal(), "2026-03-05T23:30:00", "王", "hook")
    assert found[1] == (oid, date(2026, 3, 6).toordinal(), "2026-03-06T00:30:00", "王", "ci")
    assert found[2:] == [None] * len(wrong)
    assert datetime.fromisoformat(found[0][2]).hour == 23


def test_the_line_is_told_version_by_version(small, texts) -> None:
    path = small.put(texts.path(A), texts.case(A))
    first = small.commit()
    (small.root / path).unlink()
    second = small.commit()
    small.receipt((first, "2026-03-05T10:00:00+08:00"))

    with Ledger.open(small.root) as ledger:
        assert ledger.receipts
        versions = ledger.line.versions(path)

    assert [(v.commit, v.status, bool(v.oid), v.received) for v in versions] == [
        (first, "A", True, date(2026, 3, 5).toordinal()),
        (second, "D", False, None),
    ]
