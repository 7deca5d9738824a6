"""What waits in the figures: objections to answer, months to freeze, sampled cases to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from noveto import words
from noveto.desk.office import Office
from noveto.desk.people import Person
from noveto.ledger import Record
from noveto.statistics.periods import period
from noveto.statistics.readings import readings

READERS = ("analyst", "leader")
"""Roles of the bureau that answer, freeze and read."""


@dataclass(frozen=True, slots=True)
class FigureDuty:
    """One line of 核对与抽查: the record, what it is about, what to do (``step``, ``word``), how it stands."""

    id: str
    title: str
    step: str
    word: str
    told: str


def name_of(record: Record, office: Office) -> str:
    """Return what a period or a sample is called: 2026 年 9 月的数; 抽查人社局，2026 年 3 季度."""
    if record.kind == "period":
        return f"{period(record.period.key).name}的数"
    review = record.review
    return f"抽查{office.registry.unit_name(review.unit)}，{period(review.key).name}"


def figure_duties(office: Office, person: Person, today: date) -> list[FigureDuty]:
    """Return what waits for a person: of heads and leaders their unit's objections, of the bureau all the rest."""
    posts = {(one.unit, one.role) for one in office.rights.capacities(person.id, today)}
    bureau = office.rights.bodies.bureau
    reads = any((bureau, role) in posts for role in READERS)
    found: list[FigureDuty] = []
    for record in office.figure_records():
        if record.kind == "period":
            found += _period(record, office, today, posts, reads=reads)
        elif reads:
            leads = (bureau, "leader") in posts
            found += _review(record, office, person, today, leads=leads)
    return found


def _period(
    held: Record, office: Office, today: date, posts: set[tuple[str, str]], *, reads: bool
) -> Iterator[FigureDuty]:
    record = held.period
    if record.frozen is not None:
        return
    title = name_of(held, office)
    calendar = office.context.calendar
    until = words.short(record.objections_until, today=today, cal=calendar)
    waiting = [asked for asked, answer in record.objections if answer is None]
    if reads and waiting:
        yield FigureDuty(record.id, title, "objection_answered", "答复异议", f"{len(waiting)} 条还没答复")
    elif reads and today > record.objections_until:
        told = "异议都答复了，可以定稿" if record.objections else "没有异议，可以定稿"
        yield FigureDuty(record.id, title, "frozen", "定稿", told)
    elif reads:
        yield FigureDuty(record.id, title, "", "", f"核对中，{until} 前各单位可以提异议")
    if today <= record.objections_until and any(role in ("head", "leader") for unit, role in posts):
        yield FigureDuty(record.id, title, "objection", "提异议", f"数不对的，{until} 前提异议；对的不用管")


def _review(held: Record, office: Office, person: Person, today: date, *, leads: bool) -> Iterator[FigureDuty]:
    record = held.review
    read = readings(record, today)
    title = name_of(held, office)
    waiting = sum(one.state == "waiting" for one in read)
    mine = sum(one.state == "read" and one.verdict is not None and one.verdict.by != person.id for one in read)
    differing = sum(one.state == "differing" for one in read)
    if waiting:
        yield FigureDuty(record.id, title, "verdict", "评查", f"{waiting} 件还没评查")
    if mine:
        yield FigureDuty(record.id, title, "second_read", "复核", f"{mine} 件等您复核")
    if differing and leads:
        yield FigureDuty(record.id, title, "settled", "合议", f"{differing} 件两个人看法不一样")
