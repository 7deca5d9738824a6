"""Names that are no UTF-8, a broken repository, folders that may only be read: told in words, never a traceback."""

import os
from datetime import date

import pytest

from noveto.checks.run import check_ledger
from noveto.gitio import GitError, Repo
from noveto.history import audit
from noveto.ledger import Ledger
from noveto.ledger.folders import cache_folder

BAD = b"records/cases/scjgj/2026-03/x-\xff\xfe.yml"
SHOWN = "records/cases/scjgj/2026-03/x-\\xff\\xfe.yml"


def put_bad(small, name=BAD):
    target = os.fsencode(small.root) + b"/" + name
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as file:
        file.write(b"id: x\n")
    return target


def findings(small):
    with Ledger.open(small.root) as ledger:
        outcome = check_ledger(ledger, date(2026, 10, 10))
        told = [(one.code, one.file) for one in outcome.findings if one.code.startswith("NV90")]
        return told, [ledger.source(SHOWN) for code, file in told if file == SHOWN]


def test_a_name_that_is_no_utf8_is_a_finding_wherever_it_lies(small):
    target = put_bad(small)
    assert findings(small) == ([("NV904", SHOWN)], [b"id: x\n"])
    small.commit("bad name")
    assert findings(small) == ([("NV904", SHOWN)], [b"id: x\n"])
    with Ledger.open(small.root, at="HEAD") as ledger:
        assert [one.code for one in check_ledger(ledger, date(2026, 10, 10)).findings if one.file == SHOWN] == ["NV904"]
        assert audit(ledger).summary["errors"] == 0
    os.remove(target)
    assert findings(small) == ([], [])


def test_without_git_too(make_small):
    plain = make_small("plain", with_git=False)
    put_bad(plain)
    put_bad(plain, b"records/cases/\xe4\xff/a.yml")
    told, sources = findings(plain)
    assert sorted(file for _, file in told) == sorted([SHOWN, "records/cases/\\xe4\\xff/a.yml"])
    assert sources == [b"id: x\n"]


def test_a_name_with_a_backslash_of_its_own_is_not_confused(small):
    small.put("records/cases/scjgj/2026-03/x-\\xff.yml", "id: y\n")
    told, _ = findings(small)
    assert told == [("NV904", "records/cases/scjgj/2026-03/x-\\xff.yml")]


def test_a_broken_repository_is_not_taken_for_none(small):
    (small.root / ".git/HEAD").write_text("x")
    with pytest.raises(GitError, match="认不出这个仓库"):
        Repo.discover(small.root)
    with pytest.raises(GitError, match="认不出这个仓库"):
        Ledger.open(small.root)


def test_a_damaged_index_says_what_to_do(small):
    (small.root / ".git/index").write_bytes(b"")
    with Ledger.open(small.root) as ledger, pytest.raises(GitError, match="git fsck"):
        check_ledger(ledger, date(2026, 10, 10))


def test_where_nothing_may_be_written_nothing_is_kept(small, monkeypatch, tmp_path):
    monkeypatch.delenv("NOVETO_CACHE", raising=False)
    small.commit()
    repo = Repo.discover(small.root)
    assert cache_folder(repo) == repo.common_dir / "noveto"
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anywhere
    assert cache_folder(repo) is None
    with Ledger.open(small.root, at="HEAD") as ledger:
        assert audit(ledger).summary["errors"] == 0
    assert not (repo.common_dir / "noveto").exists()
    monkeypatch.undo()
    (tmp_path / "file").touch()
    monkeypatch.setenv("NOVETO_CACHE", str(tmp_path / "file"))
    assert cache_folder(repo) is None
