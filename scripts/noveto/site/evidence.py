"""评查材料包: all that a unit's figures and score rest on, in one zip that opens without this program.

A page to read (index.html), tables (csv, xlsx), the formulas in words, every case without its applicant, samples with
seed and verdicts, objections with answers, the version; SHA256SUMS over all of it. The same inputs give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from noveto import words
from noveto.records.model import Entry
from noveto.site.cells import safe_cell
from noveto.statistics import BY_KEY, Figures, Score, Statistics, assess
from noveto.statistics.assessment import FORMULA, PARTS, TITLES
from noveto.statistics.catalogue import ATTRIBUTION, GUARDS, INDICATORS
from noveto.statistics.figures import Group
from noveto.statistics.gather import all_cases, statistics
from noveto.statistics.labels import Labels
from noveto.statistics.lines import Line, line
from noveto.statistics.periods import Period, period
from noveto.statistics.readings import readings
from noveto.statistics.sampling import METHOD
from noveto.statistics.xlsx import table_rows, workbook

if TYPE_CHECKING:
    from noveto.ledger import Ledger
    from noveto.records.model import Period as PeriodRecord
    from noveto.statistics.facts import CaseFacts

_EPOCH = (1980, 1, 1, 0, 0, 0)
_STATES = {"met": "按时", "met_late": "迟办", "overdue": "超期", "running": "未到期", "due_today": "今日到期",
           "suspended": "中止", "not_applicable": "不适用", "deemed_accepted": "视为受理"}  # fmt: skip
CASES = ("编号", "登记", "窗口", "事项", "类别", "卡在哪里", "答复时限", "提出否决", "结果", "扣分在")
SAMPLES = ("抽查编号", "期间", "种子", "总体", "编号", "评查", "评查人", "评查的话", "复核", "复核人", "复核的话",
           "合议", "结论")  # fmt: skip
OBJECTIONS = ("核对期", "哪天", "哪一件", "哪个数", "说什么", "成不成立", "答复", "怎么改")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a package is about: the unit, the span, the day, and whether the figures are frozen."""

    unit: str
    of: Period
    as_of: date
    frozen: bool


def package(ledger: Ledger, now: Ledger, about: Evidence) -> bytes:
    """Return the zip of a unit's evidence.

    ``ledger`` is the version the figures are of, ``now`` the newest one: verdicts and objections may be younger than
    the frozen figures.
    """
    made = _Package(ledger, now, about)
    return _zipped(made.files(), f"{about.unit}-{about.of.key}")


class _Package:
    def __init__(self, ledger: Ledger, now: Ledger, about: Evidence) -> None:
        self.ledger, self.now, self.about = ledger, now, about
        self.labels = Labels(ledger.registry, ledger.schemas)
        self.unit = ledger.registry.unit_name(about.unit)
        found = self._statistics("unit")
        self.small = found.small
        self.figures = found.group(about.unit)
        self.found = replace(
            found, total=self.figures, groups=tuple(group for group in found.groups if group.key == (about.unit,)),
            repeats=(), effects=(), gaps=(), breakdowns={}, other_share=False,
            held=tuple(item for item in found.held if item.unit == about.unit),
        )  # fmt: skip
        self.weights = ledger.rules.for_day(about.of.last).assessment
        self.scores = [score for score in self._assessed(found.groups) if score.key == (about.unit,)]
        windows = self._statistics("window").groups
        registry = ledger.registry
        self.window_scores = [
            score for score in self._assessed(windows)
            if score.key[0] in registry.windows and registry.windows[score.key[0]].unit == about.unit
        ]  # fmt: skip
        self.cases = self._cases()

    def _statistics(self, by: str) -> Statistics:
        of = self.about.of
        return statistics(self.ledger, of.first, of.last, self.about.as_of, by=(by,))

    def _assessed(self, groups: Sequence[Group]) -> tuple[Score, ...]:
        return assess([group for group in groups if group.key != ("",)], self.weights, self.small)

    def files(self) -> dict[str, bytes]:
        """Return the files of the package but for the checksums."""
        shown = [line((), item, self.figures[item.key], self.small, len(self.found.held)) for item in INDICATORS]
        head, rows = table_rows(replace(self.found, by=()), shown, self.labels)
        book = workbook(self.found, shown, self.labels, [*self.scores], title=self.title, settled=self.about.frozen)
        files = {
            "figures.csv": _csv(head, rows),
            "figures.xlsx": book,
            "formulas.csv": _csv(
                ("代码", "指标", "怎么算", "按哪一天归期", "依据"),
                [(item.key, item.name, item.formula, item.day, item.cite) for item in INDICATORS],
            ),
            "cases.csv": _csv(CASES, self.cases),
            "samples.csv": _csv(SAMPLES, self.samples()),
            "objections.csv": _csv(OBJECTIONS, self.objections()),
        }
        files["index.html"] = self.page(shown, sorted(files)).encode()
        files["manifest.json"] = (json.dumps(self.manifest(), ensure_ascii=False, indent=1) + "\n").encode()
        return files

    @property
    def title(self) -> str:
        """What the package is called."""
        return f"{self.unit} {self.about.of.name}评查材料"

    def manifest(self) -> dict[str, Any]:
        """Return the version: what somebody needs to make the same package again."""
        of, ledger = self.about.of, self.ledger
        return {
            "noveto": "evidence/1",
            "unit": self.about.unit,
            "period": of.key,
            "from": of.first.isoformat(),
            "to": of.last.isoformat(),
            "as_of": self.about.as_of.isoformat(),
            "frozen": self.about.frozen,
            "commit": ledger.version or None,
            "verdicts_commit": self.now.version or None,
            "calendar": {"known_through": ledger.calendar.known_through.isoformat(), "sha256": ledger.calendar.digest},
            "rules": {"sha256": ledger.rules.digest},
        }

    # -- rows -----------------------------------------------------------------------------------------

    def _cases(self) -> list[tuple[str, ...]]:
        from noveto.similar.corpus import texts

        of = self.about.of
        first, last = of.first.toordinal(), of.last.toordinal()
        matters = {text.id: text.matter for text in texts(self.ledger)}
        lost: dict[str, list[str]] = {}
        for score in self.scores:
            for item in score.lost:
                for ref in item.refs:
                    lost.setdefault(ref.id, []).append(BY_KEY[item.figure].name)
        return [
            self._case(case, matters.get(case.id, ""), lost.get(case.id, []))
            for case in all_cases(self.ledger, self.about.as_of, first=of.first, last=of.last)
            if case.unit == self.about.unit and first <= case.raised <= last
        ]

    def _case(self, case: CaseFacts, matter: str, lost: Sequence[str]) -> tuple[str, ...]:
        labels = self.labels
        replies = [_STATES.get(clock.state, clock.state) for clock in case.clocks if clock.clock == "reply"]
        results = [words.result_words(one.result, one.path) for one in case.outcomes]
        return (
            case.id, date.fromordinal(case.raised).isoformat(), labels.of("window", case.window), matter,
            labels.of("track", case.track), labels.of("reason", case.reason), "、".join(replies),
            "是" if case.vetoes else "", "作废" if case.voided else "、".join(results) or "还没有",
            "、".join(dict.fromkeys(lost)),
        )  # fmt: skip

    def samples(self) -> list[tuple[str, ...]]:
        """Return one row a drawn case of the samples of the span."""
        rows: list[tuple[str, ...]] = []
        for record in self.now.records("review"):
            review = record.review
            if review.unit != self.about.unit or not self._inside(review.key):
                continue
            for one in readings(review):
                final = self._word(one.final) if one.final else "还没有结论"
                rows.append((
                    review.id, review.key, review.seed, str(review.pool), one.case, *self._said(one.verdict),
                    *self._said(one.second), str(one.settled.data["text"]).strip() if one.settled else "", final,
                ))  # fmt: skip
        return rows

    def _inside(self, key: str) -> bool:
        of = period(key)
        return self.about.of.first <= of.first and of.last <= self.about.of.last

    def _said(self, entry: Entry | None) -> tuple[str, str, str]:
        if entry is None:
            return "", "", ""
        name = self.now.registry.person_name(entry.by)
        return self._word(str(entry.data["verdict"])), name, str(entry.data["text"]).strip()

    def _word(self, verdict: str) -> str:
        return self.now.schemas.word("review", "log.verdict.verdict", verdict)

    def objections(self) -> list[tuple[str, ...]]:
        """Return the unit's objections to figures of the span, with their answers."""
        found = [record.period for record in self.now.records("period") if self._inside(record.period.key)]
        return [row for one in found for row in self._objected(one)]

    def _objected(self, one: PeriodRecord) -> list[tuple[str, ...]]:
        rows: list[tuple[str, ...]] = []
        for asked, answer in one.objections:
            if asked.data["unit"] == self.about.unit:
                figure = str(asked.data.get("figure", ""))
                told = answer.data if answer else {}
                code = str(told.get("finding", ""))
                finding = (
                    self.now.schemas.word("period", "log.objection_answered.finding", code) if code else "还没答复"
                )
                rows.append((
                    one.id, asked.day.isoformat(), str(asked.data.get("case", "")),
                    BY_KEY[figure].name if figure in BY_KEY else "", str(asked.data["text"]).strip(),
                    finding,
                    str(told.get("text", "")).strip(), str(told.get("correction", "")),
                ))  # fmt: skip
        return rows

    # -- the page -------------------------------------------------------------------------------------

    def page(self, shown: Sequence[Line], files: Sequence[str]) -> str:
        """Return index.html."""
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        from noveto.site.render import TEMPLATES

        environment = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        return environment.get_template("evidence.html").render(
            title=self.title, about=self.about, version=self.manifest(), scores=self._told(), files=files,
            figures=[(one.indicator.name, one.text(), one.share(), one.left_out or "", one.indicator.formula,
                      one.indicator.cite) for one in shown if _any(self.figures, one.indicator.key)],
            cases=self.cases, cases_head=CASES, samples=self.samples(), samples_head=SAMPLES,
            objections=self.objections(), objections_head=OBJECTIONS, formula=FORMULA, method=METHOD,
            attribution=ATTRIBUTION, guards=GUARDS, held=[item.id for item in self.found.held],
            weights=[(TITLES[part], self.weights.get(part, 0), "、".join(BY_KEY[name].name for name in names))
                     for part, names in PARTS.items()],
        )  # fmt: skip

    def _told(self) -> list[dict[str, Any]]:
        found = []
        for score, name in (
            *((one, self.unit) for one in self.scores),
            *((one, self.labels.of("window", one.key[0])) for one in self.window_scores if one.registered),
        ):
            found.append({
                "name": name, "registered": score.registered, "rank": score.rank,
                "score": None if score.score is None else f"{score.score:.1f}",
                "parts": [(TITLES[part.part], f"{part.reached:.1f} / {part.possible:.1f}") for part in score.parts],
                "lost": [(TITLES[item.part], BY_KEY[item.figure].name, f"{item.points:.2f}",
                          "、".join(dict.fromkeys(ref.id for ref in item.refs))) for item in score.lost],
            })  # fmt: skip
        return found


def _any(figures: Figures, key: str) -> bool:
    figure = figures[key]
    return bool(figure.n or getattr(figure, "left_out", ()))


def _csv(head: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return ("\ufeff" + stream.getvalue()).encode()


def _zipped(files: dict[str, bytes], folder: str) -> bytes:
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, data in [*sorted(files.items()), ("SHA256SUMS", sums.encode())]:
            whole.writestr(zipfile.ZipInfo(f"{folder}/{name}", _EPOCH), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
