"""A small ledger's worth of configuration to judge single records with, as `noveto check` would."""

from datetime import date
from functools import cache
from pathlib import Path

from noveto.calendar import Calendar
from noveto.checks import record_findings, reference_findings, text_findings, today_findings
from noveto.clocks import NO_RECEIPTS, Arrivals, compute_complaint, late_reclassifications, view
from noveto.findings import Finding
from noveto.ledger.places import place_of
from noveto.ledger.record import Record
from noveto.records.registry import FILES, Registry, build_registry
from noveto.rules.model import Rules
from noveto.rules.steps import Steps
from noveto.schema import Schemas
from noveto.source import load

TOP = Path(__file__).parents[2]
TODAY = date(2026, 3, 20)


@cache
def registry() -> Registry:
    values = {}
    for name in FILES:
        file = TOP / "records" / "registry" / f"{name}.yml"
        values[name] = load(file.read_bytes(), file=file.name).value
    return build_registry(values)


@cache
def rules() -> Rules:
    return Rules.load(TOP / "schema" / "rules.yml")


@cache
def steps() -> Steps:
    return Steps.load(TOP / "schema" / "steps.yml")


@cache
def calendar() -> Calendar:
    return Calendar.load(TOP / "records" / "calendar")


def record(text: str, kind: str = "case", path: str | None = None) -> Record:
    """Read a form-valid record; fails the test when its form is wrong."""
    data = text.encode()
    loaded = load(data, file="x.yml")
    assert loaded.findings == []
    assert Schemas.bundled().check(kind, loaded.value, loaded, "x.yml") == []
    return Record(path or place_of(kind, loaded.value), "", kind, loaded.value, data=data, loaded=loaded)


def judge(
    text: str,
    kind: str = "case",
    *,
    today: date = TODAY,
    ids: set[str] | None = None,
    arrivals: Arrivals = NO_RECEIPTS,
    path: str | None = None,
) -> list[Finding]:
    """Return all findings of one record on a day, in the order of the file."""
    held = record(text, kind, path)
    found = text_findings(held.data, kind=kind, file=held.path)
    found += record_findings(held, steps(), unit_name=registry().unit_name)
    found += reference_findings(held, registry(), {held.id} | (ids or set()))
    clocks, late = [], []
    if kind == "case":
        case = held.case
        seen = view(case, rules(), calendar(), today, arrivals=arrivals)
        clocks, late = list(seen.clocks), late_reclassifications(case, seen.rules, calendar(), today)
    elif kind == "complaint":
        clocks = compute_complaint(held.complaint, rules().for_day(held.complaint.received.date()), calendar(), today)
    found += today_findings(held, clocks, today, reclassified_late=late, unit_name=registry().unit_name)
    return sorted(found, key=lambda finding: (finding.line, finding.column, finding.code))


def codes(text: str, kind: str = "case", **more: object) -> list[str]:
    """Return the codes of all findings of one record, in the order of the file."""
    return [finding.code for finding in judge(text, kind, **more)]  # type: ignore[arg-type]


HEAD = """\
id: scjgj-20260305-01
unit: scjgj
window: scjgj-w03
clerk: scjgj-007
raised: 2026-03-05T09:40
handling: guide
kind: request
channel: window
applicant: {kind: enterprise, name: 某商贸有限公司, contact: 138****1111}
matter: {id: m-0105, name: 企业名称争议处理, category: market_entry, unit: scjgj, licensing: false, standardised: true}
track: general
reason: {main: R07}
facts: |
  两家企业都主张先用这个字号，申请人要求当场裁定，现有规定没有写明由谁先行调解。
"""
SUBMITTED = """\
- at: 2026-03-05T10:05
  by: scjgj-007
  step: submitted
  to: scjgj-002
"""
PROPOSED = """\
- at: 2026-03-05T10:20
  by: scjgj-007
  step: veto_proposed
  to: scjgj-002
  reason: {main: R07}
  grounds:
    text: 字号先用权属有争议，需要先行裁决。
    basis: [{title: 企业名称登记管理规定, article: 第二十一条, published: true}]
"""
OPINION = """\
- at: 2026-03-05T11:00
  by: scjgj-001
  step: window_opinion
  stance: agree
"""
APPROVED = """\
- at: 2026-03-06T09:00
  by: scjgj-002
  step: unit_review
  decision: approve_refusal
"""
REFUSED = """\
- at: 2026-03-06T10:00
  by: scjgj-007
  step: answered
  result: refused
  how: in_person
  told_to: self
  text: 按企业名称登记管理规定第二十一条，争议裁决前不能变更，可以先申请裁决。
"""
DONE = """\
- at: 2026-03-06T10:00
  by: scjgj-007
  step: answered
  result: done
  how: in_person
  told_to: self
  text: 已经按研究意见办理完毕，当面告知。
"""
DELIVERED = "".join(
    f"- at: 2026-03-06T10:0{n}\n  by: scjgj-007\n  step: delivered\n  copy: {copy}\n  method: handed\n"
    for n, copy in enumerate(("applicant", "bureau", "window"), 1)
)
"""Steps of a case that went the way the notice asks for."""


def case(*steps: str, **head: str) -> str:
    """Return the text of a case: the head with some of its lines replaced or added, and these steps."""
    lines = HEAD
    for key, value in head.items():
        line = f"{key}: {value}\n"
        old = next((one for one in lines.splitlines(keepends=True) if one.startswith(f"{key}:")), None)
        if old == "facts: |\n":
            lines = lines[: lines.index(old)] + line
        else:
            lines = lines.replace(old, line) if old else lines + line
    return f"{lines}log:\n{''.join(steps)}"
