"""否定报备登记表: what stands in each box of the annex (its boxes, its order)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from noveto.forms.material import Material, grounds_lines, text_of
from noveto.words import DECISIONS, paper

if TYPE_CHECKING:
    from noveto.records.model import Entry

_LEVELS = {"unit_leadership": "本单位领导班子", "superior": "上级主管部门"}
_BLANK: dict[str, Any] = {
    "id": "", "unit": "", "day": "　　　　年　　月　　日", "window": "", "clerk": "", "applicant": "", "contact": "",
    "matter": "", "accepted": "", "facts": "", "grounds": "", "escalation": "", "remark": "",
    "head": {"text": "", "by": "", "day": ""}, "leader": {"text": "", "by": "", "day": ""},
}  # fmt: skip


def blank() -> dict[str, Any]:
    """Return the form without values, for handwriting."""
    return dict(_BLANK)


def register(given: Material) -> dict[str, Any]:
    """Return the boxes of a case's form, for its latest veto request (its first round where there is none).

    日期 is the day of filing: the day the ledger received the request, or paper was filed, else the day of the
    request; empty without one. 受理日期 is the formal acceptance, else the registration (decision A13).
    """
    case = given.case
    entries = sorted(case.log, key=lambda entry: entry.at)
    veto = next((entry for entry in reversed(entries) if entry.step == "veto_proposed"), None)
    entries = _round(entries, veto)
    reason = veto.data["reason"] if veto is not None else {"main": case.reason, "also": case.reasons_also}
    grounds = veto.data.get("grounds") if veto is not None else case.head.get("grounds")
    codes = [reason["main"], *reason.get("also", ())]
    why = "；".join(given.word("reason.main", code) for code in codes)
    filed = _filed(given, veto, entries)
    return {
        "id": case.id,
        "unit": given.unit,
        "day": paper(filed) if filed else _BLANK["day"],
        "window": given.window_name(case.window),
        "clerk": given.person(case.clerk),
        "applicant": given.applicant,
        "contact": given.contact or case.applicant.contact or ("无" if case.applicant.kind == "anonymous" else ""),
        "matter": case.matter.name,
        "accepted": paper((case.accepted or case.raised).date()),
        "facts": case.facts.strip(),
        "grounds": "\n".join([f"{why}。", *grounds_lines(grounds)]),
        "head": _opinion(given, entries, "window_opinion", "stance"),
        "leader": _opinion(given, entries, "unit_review", "decision"),
        "escalation": _escalation(given, entries),
        "remark": _remark(given, veto, entries),
    }


def _round(entries: list[Entry], veto: Entry | None) -> list[Entry]:
    """Keep the round that holds the veto request; everything where there is none."""
    if veto is None:
        return entries
    at = entries.index(veto)
    opens = [n for n, entry in enumerate(entries) if entry.step in ("reopened", "disputed")]
    first = max((n for n in opens if n < at), default=0)
    last = min((n for n in opens if n > at), default=len(entries))
    return entries[first:last]


def _filed(given: Material, veto: Entry | None, entries: list[Entry]) -> date | None:
    if veto is None:
        return None
    days = [entry.day for entry in entries if entry.step == "filed" and entry.at >= veto.at]
    if veto.n <= len(given.arrivals):
        arrived = given.arrivals[veto.n - 1]
        days += [arrived] if arrived is not None else []
    return min(days, default=veto.day)


def _opinion(given: Material, entries: list[Entry], step: str, field: str) -> dict[str, str]:
    """Return text, name and day of the last opinion; all empty (room for the pen) where there is none."""
    entry = next((entry for entry in reversed(entries) if entry.step == step), None)
    if entry is None:
        return {"text": "", "by": "", "day": ""}
    code = str(entry.data.get(field, ""))
    word = (
        DECISIONS.get(code, code).replace("·", "，") if field == "decision" else given.word(f"log.{step}.{field}", code)
    )
    said = text_of(entry)
    return {"text": f"{word}。{said}", "by": given.person(entry.by), "day": paper(entry.day)}


def _escalation(given: Material, entries: list[Entry]) -> str:
    lines = []
    for entry in entries:
        if entry.step == "escalated":
            to = str(entry.data.get("to", ""))
            body = given.registry.office.yingshangban.name or "市营商办"
            why = str(entry.data.get("reason", "")).strip()
            line = f"{paper(entry.day)}提级到{body if to == 'yingshangban' else _LEVELS.get(to, to)}"
            lines.append(f"{line}。{why}" if why else f"{line}。")
        elif entry.step == "escalation_result":
            code = str(entry.data.get("decision", ""))
            word = DECISIONS.get(code, code).replace("·", "，")
            lines.append(f"{paper(entry.day)}结果：{word}。{text_of(entry)}")
    return "\n".join(lines) or "无"


def _remark(given: Material, veto: Entry | None, entries: list[Entry]) -> str:
    case = given.case
    parts = [f"编号 {case.id}"]
    interim = next((entry for entry in reversed(entries) if entry.step == "interim_reply"), None)
    if interim is not None and interim.data.get("new_date"):
        parts.append(f"申请人：已阶段答复至 {_short(date.fromisoformat(str(interim.data['new_date'])))}")
    refused = next((e for e in entries if e.data.get("decision") == "veto_rejected"), None)
    if veto is not None and refused is not None:
        done = next((e for e in entries if e.step == "answered" and e.data.get("result") == "done"), None)
        own = "单位" if refused.step == "unit_review" else "提级后"
        parts.append(f"{own}不同意否决" + (f"，已于{_short(done.day)}办成" if done else ""))
    notes = [case.head.get("remark"), veto.data.get("remark") if veto is not None else None]
    parts += [str(note).strip().rstrip("。；") for note in notes if note]
    if given.corrections:
        parts.append(f"更正 {given.corrections} 处")
    return "；".join(parts)


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"
