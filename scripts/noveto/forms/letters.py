"""What is handed to the applicant: 回执, 一次性告知书, 答复."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from noveto.errors import UserError
from noveto.forms.material import Material, day_of, grounds_lines, text_of
from noveto.words import paper, weekday

if TYPE_CHECKING:
    from noveto.records.model import Entry

_ANSWERS = {
    "done": "您申请的事项已经办成。",
    "refused": "经研究并按程序批准，您申请的事项不能办理。",
    "redirected": "这件事不归本窗口办，请按下面写的去办。",
    "explained": "您问的事，说明如下。",
    "to_petition": "您反映的事按信访程序办理，已经转交。",
}
_LINE = "＿＿＿＿＿＿"


def receipt(given: Material) -> dict[str, Any]:
    """回执: number, matter, the day promised, whom to call. Nothing personal but what the applicant gave, masked."""
    case = given.case
    reply = next((clock for clock in reversed(given.found.clocks) if clock.clock == "reply"), None)
    answered = given.last("answered")
    blocks = [
        _pair("编　　号", case.id),
        _pair("事　　项", case.matter.name),
        _pair("申 请 人", "匿名" if case.applicant.kind == "anonymous" else case.applicant.name),
        _pair("登记时间", f"{paper(case.raised.date())} {case.raised:%H:%M}"),
        _pair("登记窗口", given.window_name(case.window)),
    ]
    if reply is not None and reply.due is not None and reply.open:
        note = "（下一年放假通知还没有发布，这一天按法定节日暂算，以后可能调整）" if reply.provisional else ""
        blocks.append(_big(f"我们将在 {paper(reply.due)}（{weekday(reply.due)}）下班前答复您。"))
        blocks += [_plain(note)] if note else []
    elif answered is not None:
        blocks.append(_big(f"已于 {paper(answered.day)} 答复。"))
    elif given.found.status == "suspended":
        blocks.append(_big("这件事正在专题研究，暂停计时，恢复以后另行告诉您答复日期。"))
    phone = given.window_phone()
    if phone:
        blocks.append(_plain(f"问进度请打窗口电话 {phone}，报编号就可以。"))
    call = given.complaint_phone()
    blocks.append(_plain(f"办得不顺，请到“办不成事”反映窗口{f'，或打 {call}' if call else ''}。"))
    return _letter("您的事已登记", blocks, given.unit, paper(case.raised.date()))


def supplement(given: Material) -> dict[str, Any]:
    """一次性告知书 of the latest notice. Raises UserError for a case without one."""
    notice = given.last("supplement_notice")
    if notice is None:
        raise UserError(f"{given.case.id} 还没有记“一次性告知”，没有告知书可打。请先记这一步，写全要补的材料。")
    blocks = [
        _plain(f"{given.applicant}："),
        _para(f"您于{paper(given.case.raised.date())}来办的“{given.case.matter.name}”（编号 {given.case.id}），"
              "还要补下面的材料，现在一次说全："),
        {"kind": "list", "items": [str(item).strip() for item in notice.data.get("items", ())]},
    ]  # fmt: skip
    until = day_of(notice.data.get("due_by"))
    blocks.append(_para(f"请最迟在{until}交到{given.window_name(given.case.window)}。有困难来不及的，请先告诉我们。"))
    if notice.data.get("guide_given") in (True, "true"):
        blocks.append(_para("办事指南已随本告知书给您。"))
    blocks += _contact(given)
    return _letter("一次性告知书", blocks, given.unit, paper(notice.day))


def answer(given: Material) -> dict[str, Any]:
    """答复 of the latest answer. A refused licence names the remedies; where none are recorded, lines to fill in.

    行政许可法 38. Raises UserError for a case that is not answered.
    """
    said = given.last("answered")
    case = given.case
    if said is None:
        raise UserError(f"{case.id} 还没有答复，没有答复书可打。请先记“答复”这一步。")
    result = str(said.data.get("result", ""))
    document = said.data.get("document") or {}
    blocks = [
        _plain(f"{given.applicant}："),
        _para(f"您于{paper(case.raised.date())}提出的“{case.matter.name}”（编号 {case.id}），现答复如下。"),
        _para(_ANSWERS.get(result, "")),
        _para(text_of(said)),
    ]
    if result == "refused":
        veto = given.last("veto_proposed")
        grounds = grounds_lines(veto.data.get("grounds") if veto else case.head.get("grounds"))
        if grounds:
            blocks.append(_para("理由和依据："))
            blocks.append({"kind": "list", "items": grounds})
        blocks += _remedies(given, said)
    if result == "redirected":
        blocks += _redirect(given, said)
    blocks += _contact(given)
    title = str(
        document.get("type") or ("不予许可决定书" if result == "refused" and case.matter.licensing else "答复书")
    )
    day = day_of(document.get("date")) or paper(said.day)
    return _letter(title, blocks, given.unit, day, number=str(document.get("number", "")))


def lacks_remedies(given: Material) -> bool:
    """Whether this is a refused licence whose remedies are not recorded (printed with lines to fill in)."""
    said = given.last("answered")
    if said is None or said.data.get("result") != "refused" or not given.case.matter.licensing:
        return False
    remedies = said.data.get("remedies") or {}
    return not all(remedies.get(key) for key in ("body", "days", "court"))


def _remedies(given: Material, said: Entry) -> list[dict[str, Any]]:
    remedies = said.data.get("remedies") or {}
    if not remedies and not given.case.matter.licensing:
        return []
    body, days = remedies.get("body") or _LINE, remedies.get("days") or "＿＿"
    court = remedies.get("court") or f"{_LINE}人民法院"
    return [
        _para(f"如果不服，可以自收到本答复之日起 {days} 日内向{body}申请行政复议，也可以依法向{court}提起行政诉讼。")
    ]


def _redirect(given: Material, said: Entry) -> list[dict[str, Any]]:
    way = said.data.get("redirect") or {}
    rows = (
        ("去哪里", given.unit_name(str(way["unit"])) if way.get("unit") else ""),
        ("窗　口", given.window_name(str(way["window"])) if way.get("window") else ""),
        ("怎么办", str(way.get("how", ""))),
        ("电　话", str(way.get("phone", ""))),
    )
    return [_pair(label, text) for label, text in rows if text]


def _contact(given: Material) -> list[dict[str, Any]]:
    phone = given.window_phone()
    return [_para(f"不清楚的，请打窗口电话 {phone}。")] if phone else []


def _letter(title: str, blocks: list[dict[str, Any]], sign: str, day: str, number: str = "") -> dict[str, Any]:
    kept = [block for block in blocks if block["kind"] == "list" or block["text"]]
    return {"title": title, "number": number, "blocks": kept, "sign": sign, "day": day}


def _plain(text: str) -> dict[str, Any]:
    return {"kind": "plain", "text": text}


def _para(text: str) -> dict[str, Any]:
    return {"kind": "para", "text": text}


def _big(text: str) -> dict[str, Any]:
    return {"kind": "big", "text": text}


def _pair(label: str, text: str) -> dict[str, Any]:
    return {"kind": "pair", "label": label, "text": text}
