"""How a period stands: looked over or frozen, the objections with their answers, and what was corrected since."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from noveto import words
from noveto.ledger import Ledger
from noveto.site.data import SiteData
from noveto.site.statslists import Lists
from noveto.site.views import Block, Cell, Standing, Table
from noveto.statistics import BY_KEY, Statistics
from noveto.statistics.frozen import Since, after, differing, figures_text, numbers, since
from noveto.statistics.gather import statistics
from noveto.statistics.months import BASE
from noveto.statistics.periods import Period

if TYPE_CHECKING:
    from noveto.ledger import Record
    from noveto.records.model import Entry
    from noveto.records.model import Period as PeriodRecord


@dataclass(frozen=True)
class Standings:
    """The periods of a ledger that are being looked over or are frozen."""

    data: SiteData
    lists: Lists
    _read: dict[str, Statistics | None] = field(default_factory=dict)

    @cached_property
    def records(self) -> dict[str, Record]:
        """Records of periods by key; voided ones left out."""
        found = {record.period.key: record for record in self.data.ledger.records("period")}
        return {
            key: record
            for key, record in found.items()
            if record.period.opened <= self.data.today and not any(e.step == "voided" for e in record.period.log)
        }

    def frozen(self, of: Period) -> PeriodRecord | None:
        """Return the record of a period whose figures are frozen by today."""
        record = self.records.get(of.key)
        entry = record.period.frozen if record else None
        return record.period if record and entry and entry.day <= self.data.today else None

    def since(self, of: Period) -> tuple[Since, ...]:
        """Return 定稿后更正 of a frozen period."""
        found = self.frozen(of)
        return since(self.data.ledger, found) if found else ()

    def key(self, of: Period) -> str:
        """Return what the page of a period shows of its record and of those of its months."""
        record = self.records.get(of.key)
        months = [self.records[key].blob for key in of.months if key in self.records]
        return f"{self.since(of) if record else ''} {months} {record.blob if record else ''}"

    def statistics(self, of: Period) -> Statistics | None:
        """Return the figures of a frozen period from its commit; None for others, and where the commit is not there."""
        if of.key not in self._read:
            self._read[of.key] = self._statistics(of)
        return self._read[of.key]

    def _statistics(self, of: Period) -> Statistics | None:
        found = self.frozen(of)
        entry = found.frozen if found else None
        commit = str(entry.data.get("commit", "")) if entry else ""
        repo = self.data.ledger.repo
        if entry is None or not commit or repo is None or repo.rev_parse(f"{commit}^{{commit}}") is None:
            return None
        with Ledger.open(self.data.ledger.root, at=commit) as then:
            return statistics(then, of.first, of.last, date.fromisoformat(entry.data["as_of"]), by=BASE)

    def standing(self, of: Period, found: Statistics) -> Standing | None:
        """Return what the page of a period says of its state; ``found`` are the figures the page shows."""
        record = self.records.get(of.key)
        if record is None:
            return None
        period, frozen = record.period, self.frozen(of)
        blocks = tuple(block for block in (self._objections(period), self._corrections(of, frozen)) if block)
        return self._frozen(of, frozen, found, blocks) if frozen else self._open(period, blocks)

    # -- words ----------------------------------------------------------------------------------------

    def _day(self, day: date) -> str:
        return words.short(day, today=self.data.today, cal=self.data.calendar).split(" ")[0]

    def _open(self, period: PeriodRecord, blocks: tuple[Block, ...]) -> Standing:
        asked = period.objections
        waiting = sum(answer is None for _, answer in asked)
        told = f"已收 {len(asked)} 条" + (f"，{waiting} 条还没答复" if waiting else "，都答复了" if asked else "")
        open_ = self.data.today <= period.objections_until
        note = (
            f"各单位可在 {self._day(period.objections_until)} 前提异议（{told}）。"
            if open_
            else f"提异议到 {self._day(period.objections_until)} 为止（{told}）。"
        )
        links = [("看异议和答复", "#objections")] if asked else []
        if self.data.desk and open_:
            links.append(("提异议", f"/desk/case/{period.id}/step/objection"))
        return Standing(f"核对中，{self._day(period.freeze_on)} 定稿", note, tuple(links), blocks)

    def _frozen(self, of: Period, period: PeriodRecord, found: Statistics, blocks: tuple[Block, ...]) -> Standing:
        entry = period.frozen
        assert entry is not None  # noqa: S101 - asked for frozen ones only
        version = f"，数据版本 {str(entry.data['commit'])[:7]}" if "commit" in entry.data else ""
        as_of = self._day(date.fromisoformat(entry.data["as_of"]))
        corrected = len(self.since(of))
        note = f"已定稿 {self._day(entry.day)}{version}，数据截至 {as_of}；定稿后更正 {corrected} 条。"
        by_unit = self.lists.book.grouped(found, "unit")
        units = {"-", *(group.key[0] for group in by_unit.groups)}
        wrong = [row for row in differing(str(entry.data["figures"]), figures_text(by_unit)) if row[0] in units]
        if wrong:
            blocks = (_differing(wrong, self.data), *blocks)
        links = []
        if corrected:
            links.append(("看更正了什么", "#corrections"))
        if period.objections:
            links.append((f"异议 {len(period.objections)} 条", "#objections"))
        bad = f"重算和定稿有 {len(wrong)} 个数不一样，以定稿为准，见下面的表。" if wrong else ""
        return Standing(f"已定稿 {self._day(entry.day)}", note, tuple(links), blocks, bad, as_of)

    # -- tables ---------------------------------------------------------------------------------------

    def _objections(self, period: PeriodRecord) -> Block | None:
        if not period.objections:
            return None
        rows = []
        for asked, answer in period.objections:
            case, figure = str(asked.data.get("case", "")), str(asked.data.get("figure", ""))
            about = BY_KEY[figure].name if figure in BY_KEY else ""
            url = self.lists.url(case) if case else ""
            rows.append((
                Cell(self._day(asked.day)), Cell(self.data.voc.unit_short(str(asked.data["unit"]))),
                Cell(case or about or "整期的数", f"../{url}" if url else "", small=about if case else ""),
                Cell(str(asked.data["text"]).strip()), self._answer(answer),
            ))  # fmt: skip
        head = (("哪天", False), ("单位", False), ("哪一件、哪个数", False), ("说什么", False), ("局里的答复", False))
        return Block("异议和答复", Table(head, tuple(rows)), f"{len(rows)} 条", anchor="objections")

    def _answer(self, answer: Entry | None) -> Cell:
        if answer is None:
            return Cell("还没答复")
        finding = self.data.ledger.schemas.word("period", "log.objection_answered.finding", str(answer.data["finding"]))
        text = f"{finding}。{str(answer.data['text']).strip()}"
        return Cell(text, small=str(answer.data.get("correction", "")))

    def _corrections(self, of: Period, period: PeriodRecord | None) -> Block | None:
        found = self.since(of)
        if period is None or period.frozen is None or not found:
            return None
        known = numbers(str(period.frozen.data["figures"]))
        total: dict[str, Counter[int]] = {}
        for item in found:
            for key, moved in item.moved.items():
                total.setdefault(key, Counter()).update(dict(enumerate(moved)))
        rows = []
        for item in found:
            told = []
            for key in item.moved:
                at = total[key]
                now = after(known.get(("-", key), ""), (at[0], at[1], at[2]))
                moved_to = f" {known.get(('-', key), '0')} → {now}".replace("/", " / ") if now else ""
                told.append(BY_KEY[key].name + moved_to)
            url = self.lists.url(item.id)
            how = "、".join(dict.fromkeys(_HOW.get(step, "补记") for step in item.steps)) or "补登记"
            rows.append((Cell(item.id, f"../{url}" if url else ""), Cell(how), Cell("；".join(told))))
        head = (("编号", False), ("怎么变的", False), ("哪些数（全市：定稿 → 现在）", False))
        return Block(
            "定稿后更正", Table(head, tuple(rows)), f"{len(rows)} 件；上面的数是定稿的，不变", anchor="corrections"
        )


_HOW = {"corrected": "更正", "struck": "划销", "voided": "作废", "redacted": "隐去个人信息"}


def _differing(rows: list[tuple[str, str, str, str]], data: SiteData) -> Block:
    made = tuple(
        (Cell("合计" if who == "-" else data.voc.unit_short(who)), Cell(BY_KEY[key].name if key in BY_KEY else key),
         Cell(old or "没有"), Cell(new or "没有"))
        for who, key, old, new in rows
    )  # fmt: skip
    head = (("单位", False), ("指标", False), ("定稿", True), ("现在重算", True))
    return Block("重算和定稿不一样", Table(head, made), "请管理员运行 noveto period verify 查原因", anchor="differing")
