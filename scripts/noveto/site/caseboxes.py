"""The boxes of the register form as the case page shows them, in the order of the annex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from noveto.site.caseviews import Box
from noveto.site.moments import Teller
from noveto.site.phrases import grounds_text, moment_time, show_value

if TYPE_CHECKING:
    from noveto.clocks import CaseView
    from noveto.ledger import Record
    from noveto.records.effective import Correction
    from noveto.records.model import Case, Entry
    from noveto.site.vocabulary import Vocabulary

SEALED = "标为敏感，网站上不显示。"
_NARRATIVE = frozenset({"facts", "grounds.text", "remark"})


def case_boxes(teller: Teller, record: Record, found: CaseView, year: int, *, desk: bool = False) -> tuple[Box, ...]:
    """Return the boxes with corrected values marked. ``year`` is the reader's: another year is written out.

    Of a case marked sensitive nothing that somebody wrote in words is told, old values included; where it can be
    read is, and that is the desk only where there is one (``desk``).
    """
    case, voc = found.case, teller.voc
    changed: Mapping[str, Correction] = {item.field: item for item in record.effective.corrections}
    raised_up = [entry for entry in case.log if entry.step in ("escalated", "escalation_result")]
    filed = next((entry for entry in case.log if entry.step == "veto_proposed"), None)

    def box(label: str, text: str, field: str = "", *, wide: bool = False) -> Box:
        change = changed.get(field)
        if change is None:
            return Box(label, text, wide)
        when = f"更正 {_day_of(record, change.n, year)}"
        if case.sensitive and field in _NARRATIVE:
            return Box(label, f"{text}（{when}）", wide)
        return Box(label, text, wide, show_value(change.was), f"{when}，{change.why}")

    where = "首问单位在办件台可以看。" if desk else f"请问首问单位（{voc.unit_short(case.unit)}）。"
    facts = f"{SEALED}{where}" if case.sensitive else case.facts.strip()
    return (
        box("报备单位", voc.unit(case.unit)),
        box("日期", filed.day.isoformat() if filed else "没有报备"),
        box("承办窗口", voc.window(case.window), "window"),
        box("经办人", voc.person(case.clerk), "clerk"),
        box("被否定对象", _applicant(case, voc)),
        box("联系方式", case.applicant.contact or "—"),
        box("事项名称", case.matter.name, "matter.name"),
        box("受理日期", (case.accepted or case.raised).date().isoformat(), "accepted"),
        box("卡在哪里", _reasons(case, voc), "reason.main", wide=True),
        box("基本情况", facts, "facts", wide=True),
        box("理由及依据", _grounds(case, filed), "grounds.text", wide=True),
        box("窗口负责人意见", _opinion(teller, found, "window_opinion", year), wide=True),
        box("所属单位审核意见", _opinion(teller, found, "unit_review", year), wide=True),
        box("提级办理情况", _raised(teller, raised_up, year), wide=True),
        box("备注", _remark(case, record), "remark", wide=True),
    )


def _day_of(record: Record, n: int, year: int) -> str:
    """The day of entry ``n`` (from 1) of a record's log, "" when it has none."""
    log = (record.value or {}).get("log") or ()
    return moment_time(datetime.fromisoformat(log[n - 1]["at"]), year)[:-6] if 1 <= n <= len(log) else ""


def _applicant(case: Case, voc: Vocabulary) -> str:
    kind = voc.word("applicant.kind", case.applicant.kind)
    several = f"，{case.applicant.count} 人" if case.applicant.count > 1 else ""
    if case.applicant.kind in ("person", "sole_trader") and case.applicant.name:
        return f"{case.applicant.name}（{kind}{several}）"
    return f"{kind}{several}（名称见登记表）" if case.applicant.kind != "anonymous" else kind


def _reasons(case: Case, voc: Vocabulary) -> str:
    main = voc.word("reason.main", case.reason)
    also = "、".join(voc.word("reason.main", code) for code in case.reasons_also)
    return f"{main}；{also}" if also else main


def _grounds(case: Case, filed: Entry | None) -> str:
    if case.sensitive:
        return SEALED
    given = filed.data.get("grounds") if filed is not None else case.head.get("grounds")
    return "\n".join(grounds_text(given)) or ("没有拟否决，不用填" if filed is None else "")


def _opinion(teller: Teller, found: CaseView, step: str, year: int) -> str:
    entry = next((entry for entry in reversed(found.case.log) if entry.step == step), None)
    if entry is None:
        return ""
    told = teller.tell(entry, year=year, quiet=found.case.sensitive)
    said = "；".join(told.said)
    what = told.what.partition("：")[2] or told.what
    return f"{what}{'。' + said if said else ''}　{teller.voc.person(entry.by)} {entry.day.isoformat()}"


def _raised(teller: Teller, entries: Sequence[Entry], year: int) -> str:
    told = (teller.tell(entry, year=year) for entry in entries)
    return "；".join(f"{moment.at[:-6]} {moment.what}" for moment in told) or "无"


def _remark(case: Case, record: Record) -> str:
    parts = [f"编号 {case.id}"]
    if case.head.get("remark"):
        parts.append(SEALED.rstrip("。") if case.sensitive else str(case.head["remark"]).strip())
    if record.effective.corrections:
        parts.append(f"更正 {len(record.effective.corrections)} 处")
    return "；".join(parts)
