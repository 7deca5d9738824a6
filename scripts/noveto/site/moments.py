"""The process of a case in words: one line for every step, said as a colleague would say it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from noveto import words
from noveto.records.model import Entry
from noveto.site.caseviews import Moment
from noveto.site.phrases import document, field_label, given, grounds_text, moment_time, papers, redirect, show_value
from noveto.site.vocabulary import Vocabulary

Told = tuple[str, tuple[str, ...]]
"""What happened in one line, and what was said (quoted below it)."""


class Teller:
    """Tells the steps of one kind of record (case, complaint, improvement)."""

    def __init__(self, vocabulary: Vocabulary, kind: str = "case") -> None:
        self.voc = vocabulary
        self.kind = kind

    def tell(
        self, entry: Entry, *, year: int, tags: tuple[str, ...] = (), struck: bool = False, quiet: bool = False
    ) -> Moment:
        """Return the line of one step. ``year`` is the reader's: another year is written out.

        ``quiet`` leaves out what somebody wrote in words: the record is marked sensitive.
        """
        teller: Callable[[Mapping[str, Any]], Told] | None = getattr(self, f"_{entry.step}", None)
        data = entry.data
        what, said = teller(data) if teller else (self.title(entry.step), ())
        text = data.get("text")
        listed = "、".join(document(item) for item in data.get("documents", ()))
        said = () if quiet else (*said, *given(text), *((f"材料：{listed}",) if listed else ()))
        if quiet and entry.step in ("corrected", "linked", "filing_checked"):  # these tell words in their line
            what = self.title(entry.step)
        marks = list(tags)
        if data.get("recorded_by"):
            marks.append(f"代录：{self.voc.person(str(data['recorded_by']))}")
        if data.get("mode") in ("oral", "meeting", "collective"):
            marks.append(self.word("mode", data["mode"]))
        return Moment(
            at=moment_time(entry.at, year),
            what=what,
            who=self.voc.full_person(entry.by),
            said=said,
            tags=tuple(marks),
            struck=struck,
        )

    # -- helpers --------------------------------------------------------------------------------------

    def title(self, step: str) -> str:
        """The step's title by the schema."""
        return self.voc.word("log.step", step, self.kind)

    def word(self, field: str, code: object, step: str = "") -> str:
        """The title of a code of a step's field."""
        path = f"log.{step}.{field}" if step else f"log.{field}"
        return self.voc.word(path, code, self.kind)

    def units(self, keys: Iterable[object]) -> str:
        """Short names of units."""
        return "、".join(self.voc.unit_short(str(key)) for key in keys)

    # -- steps of a case ------------------------------------------------------------------------------

    def _submitted(self, data: Mapping[str, Any]) -> Told:
        return f"提交研究 → {self.voc.full_person(str(data.get('to', '')))}", ()

    def _veto_proposed(self, data: Mapping[str, Any]) -> Told:
        reason = data.get("reason", {})
        main = self.voc.word("reason.main", reason.get("main", ""), "case")
        grounds = grounds_text(data.get("grounds"))
        return f"拟否决，报批 → {self.voc.full_person(str(data.get('to', '')))}，同时报备", (f"理由：{main}", *grounds)

    def _window_opinion(self, data: Mapping[str, Any]) -> Told:
        return f"窗口负责人意见：{self.word('stance', data.get('stance'), 'window_opinion')}", ()

    def _unit_review(self, data: Mapping[str, Any]) -> Told:
        decision = str(data.get("decision"))
        return f"单位审核：{words.DECISIONS.get(decision, decision)}", ()

    def _consulted(self, data: Mapping[str, Any]) -> Told:
        question = f"问：{data.get('question', '')}"
        reply = data.get("reply_by")
        return f"征询{self.units(data.get('units', ()))}" + (f"，请 {str(reply)[5:]} 前回" if reply else ""), (
            question,
        )

    def _consult_answered(self, data: Mapping[str, Any]) -> Told:
        stance = str(data.get("stance"))
        text = f"{self.voc.unit_short(str(data.get('unit', '')))}回复：{words.STANCES.get(stance, stance)}"
        if data.get("to"):
            text += f"，归{self.voc.unit_short(str(data['to']))}"
        return text, (f"依据：{data['basis']}",) if data.get("basis") else ()

    def _conferred(self, data: Mapping[str, Any]) -> Told:
        found = "意见一致" if data.get("consensus") else "意见不一致"
        return f"会商（{self.units(data.get('units', ()))}）：{found}", given(data.get("minutes"))

    def _interim_reply(self, data: Mapping[str, Any]) -> Told:
        return f"阶段答复：{str(data.get('new_date', ''))[5:]} 前再答复", ()

    def _supplement_notice(self, data: Mapping[str, Any]) -> Told:
        items = data.get("items", ())
        cause = self.word("cause", data.get("cause"), "supplement_notice")
        guide = "，给了办事指南" if data.get("guide_given") else ""
        due = f"，请 {str(data['due_by'])[5:]} 前补齐" if data.get("due_by") else ""
        return f"一次性告知 {len(items)} 项（{cause}）{guide}{due}", tuple(str(item) for item in items)

    def _supplement_received(self, data: Mapping[str, Any]) -> Told:
        return "收到补正：" + ("齐了" if data.get("complete") else "还不齐"), ()

    def _escalated(self, data: Mapping[str, Any]) -> Told:
        who = self.voc.body(str(data.get("to", "")))
        return f"提级：报{who}", given(data.get("reason"))

    def _escalation_result(self, data: Mapping[str, Any]) -> Told:
        decision = str(data.get("decision"))
        return f"提级结果：{words.DECISIONS.get(decision, decision)}", papers(data.get("document"))

    def _suspended(self, data: Mapping[str, Any]) -> Told:
        kind = self.word("kind", data.get("kind"), "suspended")
        review = f"，{str(data['review_by'])[5:]} 复核" if data.get("review_by") else "，没有写复核日期"
        told = "已告知申请人" if data.get("applicant_told") else "没有写已告知申请人"
        approver = f"批准人：{self.voc.full_person(str(data['approver']))}" if data.get("approver") else "没有写批准人"
        said = (*given(data.get("reason")), approver, told, *papers(data.get("document")))
        return f"中止计时（{kind}）：从 {str(data.get('from', ''))[5:]} 起{review}", said

    def _review_extended(self, data: Mapping[str, Any]) -> Told:
        return f"复核延到 {str(data.get('review_by', ''))[5:]}", ()

    def _resumed(self, data: Mapping[str, Any]) -> Told:
        return f"恢复计时：从 {str(data.get('from', ''))[5:]} 起", ()

    def _reclassified(self, data: Mapping[str, Any]) -> Told:
        track = str(data.get("track"))
        return f"改类：改为{words.TRACKS.get(track, track)}事项", given(data.get("reason"))

    def _extended(self, data: Mapping[str, Any]) -> Told:
        return f"延长办理：到 {str(data.get('until', ''))[5:]}", ()

    def _handed_over(self, data: Mapping[str, Any]) -> Told:
        giver, taker = str(data.get("from", "")), str(data.get("to", ""))
        return f"移交：{self.voc.person(giver)} → {self.voc.person(taker)}", ()

    def _answered(self, data: Mapping[str, Any]) -> Told:
        if self.kind == "complaint":
            return f"答复反映人：{self.word('finding', data.get('finding'), 'answered')}", ()
        result = str(data.get("result"))
        how = self.word("how", data.get("how"), "answered")
        told = self.word("told_to", data.get("told_to"), "answered")
        said = [*papers(data.get("document")), *redirect(data.get("redirect"), self.voc)]
        remedies = data.get("remedies")
        if remedies:
            said.append(
                f"不服可以：{remedies.get('body', '')}，{remedies.get('days', '')} 日内；{remedies.get('court', '')}"
            )
        return f"答复申请人：{words.RESULTS.get(result, result)}（{how}，{told}）", tuple(said)

    def _delivered(self, data: Mapping[str, Any]) -> Told:
        copy = self.word("copy", data.get("copy"), "delivered")
        method = self.word("method", data.get("method"), "delivered")
        return f"登记表给{copy}（{method}）", given(data.get("proof"))

    def _filed(self, data: Mapping[str, Any]) -> Told:
        return "纸质报备", ()

    def _disputed(self, data: Mapping[str, Any]) -> Told:
        return "申请人有异议，重新起算", given(data.get("reason"))

    def _reopened(self, data: Mapping[str, Any]) -> Told:
        return "重新办理", given(data.get("reason"))

    def _withdrawn(self, data: Mapping[str, Any]) -> Told:
        return "申请人撤回", given(data.get("proof"))

    def _called_back(self, data: Mapping[str, Any]) -> Told:
        return "回访：" + ("满意" if data.get("satisfied") else "不满意"), ()

    def _classified(self, data: Mapping[str, Any]) -> Told:
        return f"局里认定原因：{self.word('root_cause', data.get('root_cause'), 'classified')}", ()

    def _filing_checked(self, data: Mapping[str, Any]) -> Told:
        missing = data.get("missing")
        shown = "、".join(str(item) for item in missing) if isinstance(missing, (list, tuple)) else str(missing or "")
        return "局里核对报备：" + ("齐全" if data.get("complete") else f"缺 {shown}"), ()

    def _corrected(self, data: Mapping[str, Any]) -> Told:
        was, now = show_value(data.get("was")), show_value(data.get("now"))
        return f"更正 {field_label(self.voc, self.kind, str(data.get('field', '')))}：{was} → {now}", given(
            data.get("why")
        )

    def _struck(self, data: Mapping[str, Any]) -> Told:
        return f"划销第 {data.get('entry', '')} 步", given(data.get("why"))

    def _voided(self, data: Mapping[str, Any]) -> Told:
        other = f"，由 {data['replaced_by']} 代替" if data.get("replaced_by") else ""
        return f"作废{other}", given(data.get("reason"))

    def _linked(self, data: Mapping[str, Any]) -> Told:
        return f"关联 {data.get('id', '')}" + (f"（{data['relation']}）" if data.get("relation") else ""), ()

    def _note(self, data: Mapping[str, Any]) -> Told:
        kind = data.get("kind")
        if kind == "contact_attempt":
            return f"联系申请人，没接通（{self.word('how', data.get('how'), 'note')}）", ()
        if kind == "urged":
            promised = f"，答应 {str(data['promised'])[5:]}" if data.get("promised") else ""
            return f"督办 {self._party(str(data.get('to', '')))}{promised}", ()
        return "备注", ()

    def _party(self, key: str) -> str:
        return self.voc.full_person(key) if key in self.voc.registry.staff else self.voc.unit_short(key)

    # -- steps of complaints and improvements ---------------------------------------------------------

    def _assigned(self, data: Mapping[str, Any]) -> Told:
        return f"转 {self._party(str(data.get('to', '')))} 办", ()

    def _replied(self, data: Mapping[str, Any]) -> Told:
        return "单位回复", ()

    def _became_case(self, data: Mapping[str, Any]) -> Told:
        return f"立为办件 {data.get('id', '')}", ()

    def _effect(self, data: Mapping[str, Any]) -> Told:
        return f"效果：改前 {data.get('before', '')} 件，改后 {data.get('after', '')} 件", ()

    def _redacted(self, data: Mapping[str, Any]) -> Told:
        return "经批准遮去个人信息", given(data.get("reason"))
