"""What a record's last steps have put into whose hands, and in which words they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import partial

from noveto import words
from noveto.clocks import CaseView, Holder
from noveto.ledger.record import Record
from noveto.records.model import Entry
from noveto.warnings.hours import release
from noveto.warnings.items import COMPLAINTS, complaint_as_of, matter_of, unit_of_party, view_at
from noveto.warnings.model import Basis, Mention
from noveto.warnings.texts import OWED, coloured, day, safe
from noveto.warnings.whereabouts import clerk_of

TYPED = {
    "unit_review": "所属单位审核意见",
    "window_opinion": "窗口负责人意见",
    "consult_answered": "征询回复",
    "escalation_result": "提级结果",
    "suspended": "中止计时",
    "reclassified": "改类",
}
"""Steps that are mostly typed for somebody else, as the message names them."""

STANCES = {"agree": "同意报否决", "disagree": "建议不否决", "raise": "请单位定"}


@dataclass(frozen=True, slots=True)
class Handed:
    """One thing handed to a person (or, without one, to a unit). ``lines`` are markdown, without heading and number."""

    key: str
    kind: str
    unit: str
    to: Mention | None
    when: datetime
    title: str
    id: str
    name: str
    lines: tuple[str, ...]
    foot: str = ""
    alike: Callable[[], str] = field(default=str, compare=False, repr=False)
    """What became of similar cases, looked up when the notice is written; "" for nothing to say."""


def handed_by(record: Record, basis: Basis, now: datetime) -> Iterator[Handed]:
    """Yield what a record's steps have put into hands in which it still is at ``now``; ``when`` may be later."""
    yield from _complaint(record, basis, now) if record.kind == "complaint" else _case(record, basis, now)


def _case(record: Record, basis: Basis, now: datetime) -> Iterator[Handed]:
    seen = view_at(record, basis, now)
    if seen is None or seen.status == "closed" or not seen.line.events:
        return
    teller = _Teller(seen, record, basis, now)
    yield from teller.stage()
    yield from teller.urged()
    yield from teller.typed()


class _Teller:
    """Tells what a case's last steps have put into whose hands."""

    def __init__(self, seen: CaseView, record: Record, basis: Basis, now: datetime) -> None:
        self.seen, self.record, self.basis, self.now = seen, record, basis, now
        self.today = now.date()
        self.events = seen.line.events
        self.unit = seen.case.unit

    def stage(self) -> Iterator[Handed]:
        code = self.seen.stage.code
        veto = any(entry.step == "veto_proposed" for entry in self.events)
        given = self._last("submitted", "veto_proposed", "window_opinion")
        if code in ("window_head", "unit_review") and (entry := given):
            title = "请您审批：要不要同意否决" if veto else "请您研究：窗口当场答复不了"
            if code == "window_head":
                title = "请您签意见：窗口拟否决" if veto else "请您研究：窗口当场答复不了"
            yield from self._to_holders("approve", entry, title, self._reasons(), approve=True)
        elif code in ("to_do", "to_refuse", "returned") and (entry := self._last("unit_review")):
            said = words.DECISIONS.get(str(entry.data.get("decision")), "")
            yield from self._to_clerk("decided", entry, f"单位已定：{said}", self._text(entry, "单位意见"))
        elif code == "to_answer" and (entry := self._last("escalation_result")):
            said = words.DECISIONS.get(str(entry.data.get("decision")), "")
            yield from self._to_clerk("decided", entry, f"提级有结果了：{said}", self._text(entry, "意见"))
        elif code == "to_escalate" and (entry := self._last("unit_review")):
            yield from self._to_holders("raise", entry, "请您提级：单位定不了", self._text(entry, "单位意见"))
        elif code == "no_consensus" and (entry := self._last("consult_answered")):
            yield from self._to_holders("raise", entry, "意见不一，请定是否提级", ())
        elif code == "to_conclude" and (entry := self._last("consult_answered")):
            yield from self._to_clerk("decided", entry, "征询都回了，请汇总答复", ())
        elif code == "consulting":
            yield from self._consulted()
        elif code == "escalated" and (entry := self._last("escalated")):
            yield from self._escalated(entry)
        elif code == "registered" and (entry := self._last("handed_over")):
            yield from self._to_clerk("handed", entry, "有一件移交给您", self._text(entry, "交接说明"))

    def urged(self) -> Iterator[Handed]:
        for entry in self.events:
            if entry.step == "note" and entry.data.get("kind") == "urged":
                party = str(entry.data.get("to", ""))
                unit = unit_of_party(party, self.basis) or self.unit
                promised = str(entry.data.get("promised", ""))
                agreed = [f"> 答应{day(date.fromisoformat(promised), self.today)}办好"] if promised else []
                lines = (*self._text(entry, "督办意见"), *agreed, *self._due())
                yield self._made("urged", entry, "督办：请抓紧办", unit, self._mention(party), lines)

    def typed(self) -> Iterator[Handed]:
        """Tell who decided that somebody typed it in her name (代录), until she has spoken to it."""
        own = [(entry.by, entry.n) for entry in self.events if "recorded_by" not in entry.data]
        for entry in self.events:
            typist = self.basis.present(str(entry.data.get("recorded_by", entry.by)), self.today)
            spoken = any(by == entry.by and n > entry.n for by, n in own)
            if typist is None or typist.id == entry.by or "recorded_by" not in entry.data or spoken:
                continue
            unit = unit_of_party(entry.by, self.basis) or self.unit
            decided = words.DECISIONS.get(str(entry.data.get("decision")), "")
            lines = (*((f"> {decided}",) if decided else ()), *self._text(entry, "写的是"))
            phone = f"，或者打内线 {typist.ext}" if typist.ext else ""
            foot = f"不是您的意思，请在办件台我的待办点“不是我的意思”{phone}。"
            title = f"{typist.name}代您录了“{TYPED.get(entry.step, '一步')}”"
            yield replace(self._made("typed", entry, title, unit, self._mention(entry.by), lines), foot=foot)

    # -- whom --

    def _to_holders(
        self, kind: str, entry: Entry, title: str, lines: tuple[str, ...], *, approve: bool = False
    ) -> Iterator[Handed]:
        for holder in self.seen.stage.holders:
            made = self._made(kind, entry, title, self.unit, self._holder(holder), (*lines, *self._due()))
            if approve:
                made = replace(made, foot=self._by_phone(), alike=partial(self.basis.alike, self.record))
            yield made

    def _to_clerk(self, kind: str, entry: Entry, title: str, lines: tuple[str, ...]) -> Iterator[Handed]:
        yield self._made(kind, entry, title, self.unit, self._mention(clerk_of(self.seen)), (*lines, *self._due()))

    def _consulted(self) -> Iterator[Handed]:
        short = safe(self.basis.unit_short(self.unit, self.today))
        phone = self.basis.unit_phone(self.unit, self.today)
        for holder in self.seen.stage.holders:
            asked = [e for e in self.events if e.step == "consulted" and holder.id in e.data.get("units", ())]
            if not asked:
                continue
            entry = asked[-1]
            by = next((c.due for c in self.seen.clocks if c.clock == "consult" and c.of == holder.id and c.open), None)
            lines = [f"来问：{short}" + (f"（{phone}）" if phone else "")]
            if not self.seen.case.sensitive:
                lines.append(f"要回答的：{self._clean(str(entry.data.get('question', '')))}")
            if by is not None:
                lines.append(f"> {coloured(f'{self._when(by)}前回复')}")
            yield self._made("consulted", entry, "请贵单位回复征询", holder.id, None, tuple(lines), key=holder.id)

    def _escalated(self, entry: Entry) -> Iterator[Handed]:
        to = str(entry.data.get("to", ""))
        lines = (*self._text(entry, "提级原因", "reason"), *self._due())
        if to == "yingshangban" and self.basis.registry.office.yingshangban.unit:
            body = self.basis.registry.office.yingshangban.unit
            short = f"来件单位：{safe(self.basis.unit_short(self.unit, self.today))}"
            yield self._made("escalated", entry, "提级：请定怎么办", body, None, (short, *lines))
        elif to == "unit_leadership":
            for person in self.basis.of_role(self.unit, "leader", self.today)[:1]:
                yield self._made("escalated", entry, "提级：请领导班子定", self.unit, Mention.of(person), lines)

    # -- what --

    def _made(
        self, kind: str, entry: Entry, title: str, unit: str, to: Mention | None, lines: tuple[str, ...], key: str = ""
    ) -> Handed:  # fmt: skip
        who = key or (to.staff if to else unit)
        return Handed(
            f"handover/{self.seen.case.id}/{entry.n}/{kind}/{who}", kind, unit, to, self._released(entry), title,
            self.seen.case.id, matter_of(self.seen.case), lines,
        )  # fmt: skip

    def _released(self, entry: Entry) -> datetime:
        """A step that reached the ledger later than it was taken is announced from the day it came."""
        moment = entry.at
        arrived = self.record.arrivals[entry.n - 1] if entry.n <= len(self.record.arrivals) else None
        if arrived is not None and moment.date() < arrived <= self.today:
            moment = datetime.combine(arrived, time(8, 0))
        return release(self.basis.calendar, moment)

    def _last(self, *steps: str) -> Entry | None:
        return next((entry for entry in reversed(self.events) if entry.step in steps), None)

    def _mention(self, staff: str) -> Mention | None:
        person = self.basis.present(staff, self.today)
        return Mention.of(person) if person else None

    def _holder(self, holder: Holder) -> Mention | None:
        if holder.kind == "staff":
            return self._mention(holder.id)
        if holder.kind == "role":
            return next((Mention.of(p) for p in self.basis.of_role(self.unit, holder.id, self.today)), None)
        return None

    def _when(self, due: date) -> str:
        told = words.message(due, self.basis.calendar)
        return f"今天（{told.replace('（', ' ').replace('）', '')}）" if due == self.today else told

    def _due(self) -> tuple[str, ...]:
        clock = self.seen.headline
        if clock is None or clock.due is None or clock.state == "suspended":
            return ()
        if clock.state == "overdue" and clock.days_left:
            late = coloured(f"已超期 {-clock.days_left} 个工作日")
            return (f"> {late}，应 {day(clock.due, self.today)}{OWED[clock.clock]}",)
        must = f"{self._when(clock.due)}下班前须{OWED[clock.clock]}"
        return (f"> {coloured(must) if clock.due == self.today else must}",)

    def _clean(self, text: str, most: int = 60) -> str:
        return safe(self.seen.case.unnamed(text), most)

    def _text(self, entry: Entry, label: str, key: str = "text") -> tuple[str, ...]:
        text = str(entry.data.get(key, ""))
        return (f"{label}：{self._clean(text)}",) if text.strip() and not self.seen.case.sensitive else ()

    def _reasons(self) -> tuple[str, ...]:
        """Why the window would refuse, and the head's opinion; sensitive cases show the code alone."""
        proposed = self._last("veto_proposed")
        data = (proposed.data if proposed else None) or self.seen.case.head
        grounds = data.get("grounds") or self.seen.case.head.get("grounds") or {}
        reason = data.get("reason") or self.seen.case.head.get("reason") or {}
        label = self.basis.reasons.get(str(reason.get("main", self.seen.case.reason)), "")
        text = "" if self.seen.case.sensitive else self._clean(str(grounds.get("text", "")))
        lines = [f"窗口理由：{text.rstrip('。；')}（{label}）" if text and label else f"窗口理由：{text or label}"]
        opinion = self._last("window_opinion")
        if opinion is not None:
            stance = STANCES.get(str(opinion.data.get("stance")), "")
            more = "" if self.seen.case.sensitive else self._clean(str(opinion.data.get("text", "")))
            lines.append(f"窗口负责人意见：{'，'.join(part for part in (stance, more) if part)}")
        return tuple(lines)

    def _by_phone(self) -> str:
        clerk = self.basis.present(clerk_of(self.seen), self.today)
        if clerk is None or not clerk.ext:
            return ""
        return f"手机打不开，可电话告知窗口{safe(clerk.name)}（内线 {clerk.ext}）代录，签批单由窗口留存。"


def _complaint(record: Record, basis: Basis, now: datetime) -> Iterator[Handed]:
    if record.complaint.received > now:
        return
    complaint = complaint_as_of(record.complaint, now)
    if any(entry.step in ("answered", "withdrawn", "voided") for entry in complaint.log):
        return
    for entry in [entry for entry in complaint.log if entry.step == "assigned"][-1:]:
        party = str(entry.data.get("to", ""))
        person = basis.present(party, now.date())
        hall = basis.registry.halls.get(complaint.hall)
        yield Handed(
            f"handover/{complaint.id}/{entry.n}/assigned/{party}", "assigned", unit_of_party(party, basis),
            Mention.of(person) if person else None, release(basis.calendar, entry.at), "投诉转办：请核实并答复",
            complaint.id, COMPLAINTS.get(complaint.kind, "投诉与反映"),
            ((f"转来：{safe(hall.name)}",) if hall else ()),
        )  # fmt: skip
