"""A record marked sensitive: not one word that somebody wrote about it is in any file of the site."""

from __future__ import annotations

import re
import shutil
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest

from noveto.site.build import build_site

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 3, 10)
PLACES = {
    "records/cases/rsj/2026-03/rsj-20260302-01.yml": """\
id: rsj-20260302-01
unit: rsj
window: rsj-w01
clerk: rsj-005
raised: 2026-03-02T09:40
handling: guide
kind: application
channel: window
applicant: {kind: enterprise, name: 暗记applicant-name山有限公司, contact: 138****1111, ref: k7f3q9x2}
matter: {name: 暗记applicant-name山有限公司补缴养老保险, category: social_security, unit: rsj, licensing: false, standardised: false}
track: special
track_reason: 暗记track_reason山
reason: {main: R04}
sensitive: true
facts: |
  暗记facts山
grounds: {text: 暗记grounds山, basis: [{title: 暗记basis山, article: 第一条, published: true}]}
documents: [{title: 暗记documents山}]
external: [{system: 热线, number: 暗记external山}]
remark: 暗记remark山
log:
- at: 2026-03-02T10:05
  by: rsj-005
  step: veto_proposed
  to: rsj-002
  reason: {main: R04}
  grounds: {text: 暗记veto-grounds山, basis: [{title: 暗记veto-basis山, article: 第一条, published: true}]}
  remark: 暗记veto-remark山
  text: 暗记veto-text山
- at: 2026-03-02T11:05
  by: rsj-003
  step: window_opinion
  stance: disagree
  text: 暗记opinion山
- at: 2026-03-02T11:35
  by: rsj-002
  step: consulted
  units: [gjj]
  question: 暗记question山
  reply_by: 2026-03-04
- at: 2026-03-03T09:00
  by: gjj-002
  step: consult_answered
  unit: gjj
  stance: conditional
  basis: 暗记consult-basis山
  text: 暗记consult-text山
- at: 2026-03-03T10:00
  by: rsj-002
  step: escalated
  to: yingshangban
  reason: 暗记escalated-reason山
- at: 2026-03-03T11:00
  by: rsj-005
  step: corrected
  field: facts
  was: |
    暗记facts山
  now: 暗记corrected-now山
  why: 暗记corrected-why山
- at: 2026-03-03T12:00
  by: rsj-005
  step: note
  text: 暗记note山
- at: 2026-03-04T09:30
  by: rsj-002
  step: unit_review
  decision: veto_rejected
  text: 暗记review山
- at: 2026-03-04T15:00
  by: rsj-005
  step: answered
  result: done
  how: in_person
  told_to: self
  text: 暗记answered山
""",
    "records/complaints/czdt/2026-03/czdt-c20260305-01.yml": """\
id: czdt-c20260305-01
hall: czdt
received: 2026-03-05T10:00
complex: false
channel: window
complainant: {kind: person, name: 吴**, contact: 139****2222, ref: zz9k3q7w}
about: {unit: rsj, window: rsj-w01, case: rsj-20260302-01}
kind: attitude
sensitive: true
facts: |
  暗记c-facts山
documents: [{title: 暗记c-documents山}]
log:
- at: 2026-03-05T11:00
  by: zwzx-006
  step: assigned
  to: rsj-002
  text: 暗记c-assigned山
- at: 2026-03-06T11:00
  by: rsj-002
  step: replied
  text: 暗记c-replied山
- at: 2026-03-06T12:00
  by: zwzx-006
  step: answered
  finding: upheld
  text: 暗记c-answered山
""",
}
"""A marker in every field that takes free text."""


def markers(sensitive: bool, tmp_path: Path, *, desk: bool = False) -> dict[str, set[str]]:
    """Build the site and return the markers found, each with its files."""
    root, out = tmp_path / "ledger", tmp_path / "out"
    for part in ("records/registry", "records/calendar", "schema"):
        shutil.copytree(ROOT / part, root / part)
    for name, text in PLACES.items():
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(text if sensitive else text.replace("sensitive: true\n", ""), encoding="utf-8")
    done = build_site(root, out, today=TODAY, now=datetime(2026, 3, 10, 8, 30), jobs=1, desk=desk)
    assert (done.cases, done.quarantined) == (1, 0)
    found: dict[str, set[str]] = {}
    for path in out.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            if path.suffix == ".xlsx":
                book = zipfile.ZipFile(BytesIO(data))
                data = b"".join(book.read(name) for name in book.namelist())
            for name in re.findall("暗记([a-z-]+)山", data.decode("utf-8", "replace")):
                found.setdefault(name, set()).add(path.relative_to(out).as_posix())
    assert (out / "cases/2026/03/rsj-20260302-01.html").is_file()
    assert (out / "complaints/2026/03/czdt-c20260305-01.html").is_file()
    return found


def test_nothing_of_it_is_in_any_file(tmp_path):
    assert markers(True, tmp_path) == {}


@pytest.mark.parametrize(("desk", "where"), [(True, "首问单位在办件台可以看。"), (False, "请问首问单位（人社局）。")])
def test_it_says_where_it_can_be_read(tmp_path, desk, where):
    assert markers(True, tmp_path, desk=desk) == {}
    page = (tmp_path / "out/cases/2026/03/rsj-20260302-01.html").read_text(encoding="utf-8")
    assert f"标为敏感，网站上不显示。{where}" in page


def test_the_markers_would_be_found(tmp_path):
    """The same records without the mark: most of what is written there is on their pages, the applicant never."""
    found = markers(False, tmp_path)
    assert len(found) > 18
    assert "applicant-name" not in found
    assert found["c-answered"] == {"complaints/2026/03/czdt-c20260305-01.html"}


def test_case_and_complaint_lead_to_each_other(tmp_path):
    markers(True, tmp_path)
    case = (tmp_path / "out/cases/2026/03/rsj-20260302-01.html").read_text(encoding="utf-8")
    complaint = (tmp_path / "out/complaints/2026/03/czdt-c20260305-01.html").read_text(encoding="utf-8")
    assert 'href="../../../complaints/2026/03/czdt-c20260305-01.html"' in case
    assert 'href="../../../cases/2026/03/rsj-20260302-01.html"' in complaint
