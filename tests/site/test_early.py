"""Pages stamped while a first build reads the records are those that would have been stamped afterwards."""

from __future__ import annotations

import shutil

import pytest
from tests.site.conftest import NOW, TODAY, make_demo
from tests.site.test_site_incremental import cases_of, tree

from noveto.site import build
from noveto.site.build import build_site
from noveto.site.casebuild import case_path


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    return make_demo(tmp_path_factory.mktemp("early") / "ledger", 120, seed=5)


@pytest.fixture
def cold(ledger, tmp_path, monkeypatch):
    """A ledger nobody has read yet; ``early`` gathers the paths of the cases stamped by the way."""
    root, early = tmp_path / "ledger", set()
    shutil.copytree(ledger, root)
    monkeypatch.setenv("NOVETO_CACHE", str(tmp_path / "cache"))
    read = build._read
    monkeypatch.setattr(build, "_read", lambda *given: early.update(found := read(*given)) or found)
    return root, early


def test_same_files(cold, tmp_path):
    root, early = cold
    first = build_site(root, tmp_path / "first", today=TODAY, now=NOW)
    assert len(early) > first.cases // 2
    early.clear()
    again = build_site(root, tmp_path / "again", today=TODAY, now=NOW)
    assert not early, "every record was read before"
    assert (again.stamped, again.written) == (first.stamped, first.written)
    one, other = tree(tmp_path / "first"), tree(tmp_path / "again")
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []
    assert build_site(root, tmp_path / "first", today=TODAY, now=NOW).written == 0


def test_case_that_may_not_be_shown_has_no_page_at_any_time(cold, tmp_path, monkeypatch):
    """Not even until the build is done: it may be broken off."""
    root, early = cold
    path = next(path for path in cases_of(root) if "/2025-" in str(path))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\nwindow: ", "\nwindow: nosuch-w09 # ", 1), encoding="utf-8")

    def finish(output):
        raise KeyboardInterrupt

    monkeypatch.setattr(build.Output, "finish", finish)
    with pytest.raises(KeyboardInterrupt):
        build_site(root, tmp_path / "site", today=TODAY, now=NOW)
    assert early
    assert len(list((tmp_path / "site/cases").glob("2*/*/*.html"))) > len(early)
    assert not (tmp_path / "site" / case_path(path.stem)).exists()


def test_folder_with_pages_is_written_over(cold, tmp_path):
    """Written anew in full, by a cache that knows nothing: a page that is there is replaced."""
    root, early = cold
    build_site(root, tmp_path / "site", today=TODAY, now=NOW)
    before = tree(tmp_path / "site")
    shutil.rmtree(tmp_path / "cache")
    path = sorted(early)[0]
    page = tmp_path / "site" / case_path(path.rsplit("/", 1)[1].removesuffix(".yml"))
    page.write_text("longer than a page " * 9000, encoding="utf-8")
    early.clear()
    build_site(root, tmp_path / "site", today=TODAY, now=NOW, full=True)
    assert path in early
    assert before == tree(tmp_path / "site")
