"""What a clerk is told while she registers: the date to promise, the sentence to say, similar cases, the same one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from noveto import words
from noveto.desk.pages.common import leader_of
from noveto.desk.pages.newcase import NewCase
from noveto.desk.pages.record import page_of
from noveto.desk.todo import builder_of
from noveto.ledger import Record
from noveto.writing.draft import case_path, merged
from noveto.writing.due import due_words
from noveto.writing.validate import view_of

_TWIN_DAYS = 7
NONE_ALIKE = "以前没有像的。您这件会成为以后的参考，请把“卡在哪里”写具体。"
_SENTENCES = {
    "approval": "“您这件事我们吃不准，要报局里研究，{day}给您答复。这是回执，上面有电话。”",
    "departments": "“您这件事要几个部门一起定，{day}给您答复；中间有进展也告诉您。这是回执，上面有电话。”",
    "papers": "“还缺这几样材料，都写在单子上了，补齐再来一次就行，不用取号排队。”",
    "redirect": "“这件事不归这个窗口，我给您写清楚去哪里、找谁、电话多少。”",
}


def button(made: NewCase) -> str:
    """Return the word on the button: it names who gets the case next."""
    if made.way == "approval":
        who = made.ctx.desk.office.registry.person_name(made.one("to") or leader_of(made.ctx))
        return f"登记并报批，交{who}" if made.veto else f"登记并交{who}定"
    return {"departments": "登记并征询", "papers": "登记并一次告知", "redirect": "登记为指路"}[made.way]


def live(made: NewCase) -> dict[str, Any]:
    """Return the date to promise, how it is counted, the sentence to say, similar and twin cases."""
    day, how = _due(made)
    said = words.promise(day, today=made.ctx.desk.settings.today) if day is not None else ""
    alike = _alike(made)
    shown, why = _promised(made.way, said, how)
    told: dict[str, Any] = {
        "date": shown, "how": why, "say": _SENTENCES[made.way].format(day=said) if said else "", "button": button(made),
        "alike": alike, "none": NONE_ALIKE if not alike and len(made.one("facts")) >= 8 else "", "twin": "",
        "twin_url": "",
    }  # fmt: skip
    twin = _twin(made)
    return told | ({"twin": twin[0], "twin_url": f"/desk/case/{twin[1]}"} if twin is not None else {})


def _promised(way: str, day: str, how: str) -> tuple[str, str]:
    """Return what to promise and how it is counted: who is shown the way, or sent for papers, is given no day."""
    if way == "redirect" and day:
        return "当场答复", "登记的同时就办结，不用再约日期。"
    if way == "papers" and day:
        return f"补齐那天起 {how.partition('：')[0]}", f"补齐以前不计时。今天就补齐的话，是 {day}。"
    return day, how


def _due(made: NewCase) -> tuple[date | None, str]:
    """Return the day of the reply, as the head alone says it (papers to come: as if they came today)."""
    desk = made.ctx.desk
    head: dict[str, Any] = merged(made.head, {"facts": made.one("facts") or "……"})
    head.setdefault("matter", {"name": "……", "category": "other"})
    head["matter"].setdefault("name", "……")
    try:
        record = Record(case_path(str(head["id"])), "", "case", {**head, "log": []})
        found = view_of(record, desk.office.context, desk.settings.today)
    except (KeyError, ValueError):
        return None, ""
    clock = next((one for one in found.clocks if one.clock == "reply" and one.due), None)
    if clock is None:
        return None, ""
    told = due_words(found, desk.office.context.calendar, desk.settings.today).split("\n")[0]
    return clock.due, told.partition("（")[2].removesuffix("）")


def _alike(made: NewCase) -> list[Mapping[str, str]]:
    desk = made.ctx.desk
    facts = made.one("facts")
    builder = builder_of(desk.office, desk.settings.today)
    found: list[Mapping[str, str]] = []
    for name, matter, shared in desk.office.similar(f"{made.matter_name} {facts}") if facts else ():
        held = desk.office.find(name)
        if held is None:
            continue
        seen = desk.office.view(held, desk.settings.today)
        result = builder.result(seen) if seen.status in ("answered", "closed") else None
        found.append({"id": name, "matter": matter, "outcome": f"{result.char} {result.words}" if result else "○ 在办",
                      "url": page_of(held), "shared": "、".join(shared[:3])})  # fmt: skip
    return found


def _twin(made: NewCase) -> tuple[str, str] | None:
    """Return (sentence, number) of a case of the last days by the same applicant about the same matter."""
    applicant = made.head["applicant"]
    contact, name = applicant.get("contact"), applicant.get("name")
    if not contact or contact == "****" or not made.matter_name:
        return None
    registry = made.ctx.desk.office.registry
    for found in made.ctx.desk.office.open_cases():
        case = found.case
        if case.unit != made.ctx.person.unit or case.matter.name != made.matter_name:
            continue
        other = case.head.get("applicant") or {}
        recent = abs((made.raised - case.raised).days) <= _TWIN_DAYS
        if recent and other.get("contact") == contact and other.get("name") == name:
            who = registry.person_name(case.clerk)
            return f"{_when(case.raised, made.raised)}{who}登记过很像的一件（{case.id}，同一电话）。", case.id
    return None


def _when(moment: datetime, now: datetime) -> str:
    return f"今天 {moment:%H:%M} " if moment.date() == now.date() else f"{moment:%m-%d %H:%M} "
