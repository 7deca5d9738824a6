"""Answers kept beside the cache: believed under their key and as they were left, and never in the way."""

from __future__ import annotations

import pytest

from noveto.ledger import Shelf


def test_kept_until_another_is_put_there(tmp_path):
    shelf = Shelf(tmp_path / "new" / "folder")
    assert shelf.get("one", "k") is None
    shelf.put("one", "k", {"甲": [1, ("x", b"y", None, True)]})
    assert shelf.get("one", "k") == {"甲": [1, ("x", b"y", None, True)]}
    assert shelf.get("one", "") is None
    assert shelf.get("one", "k2") is None
    shelf.put("one", "k2", 3)
    assert (shelf.get("one", "k"), shelf.get("one", "k2")) == (None, 3)


@pytest.mark.parametrize("at", [0, 3, 4, 6, 8, -1])
def test_a_changed_byte_is_as_good_as_nothing(tmp_path, at):
    shelf = Shelf(tmp_path)
    shelf.put("one", "key", ["a" * 20])
    data = bytearray((tmp_path / "one").read_bytes())
    data[at] ^= 1
    (tmp_path / "one").write_bytes(data)
    assert shelf.get("one", "key") is None


@pytest.mark.parametrize("size", range(0, 40, 3))
def test_a_file_cut_short_is_as_good_as_nothing(tmp_path, size):
    shelf = Shelf(tmp_path)
    shelf.put("one", "key", ["a" * 40])
    data = (tmp_path / "one").read_bytes()
    (tmp_path / "one").write_bytes(data[:size])
    assert shelf.get("one", "key") is None


def test_where_nothing_can_be_kept(tmp_path):
    (tmp_path / "file").write_text("x")
    for shelf in (Shelf(None), Shelf(tmp_path / "file"), Shelf(tmp_path / "file" / "below")):
        shelf.put("one", "key", 1)
        assert shelf.get("one", "key") is None
        shelf.keep_only(set())


def test_others_are_thrown_away(tmp_path):
    shelf = Shelf(tmp_path)
    for name in ("a", "b", "c"):
        shelf.put(name, "key", name)
    shelf.keep_only({"b"})
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
