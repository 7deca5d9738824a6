"""The ladder: what stays overdue goes up, to the unit's leader, then to the centre (screens.md 7.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from noveto.rules import RuleSet
from noveto.warnings.items import Item, Late
from noveto.warnings.model import Basis, Mention, Message, writers
from noveto.warnings.texts import case_path, coloured, day, link, safe

Level = Literal["holder", "head", "leader", "centre"]
NAMES: dict[Level, str] = {"holder": "经办人", "head": "窗口负责人", "leader": "单位领导", "centre": "政务服务中心"}


@dataclass(frozen=True, slots=True)
class Rung:
    """One overdue case that has reached a step of the ladder. ``unit`` is whom the step tells."""

    key: str
    step: Level
    unit: str
    late: Late


def level(late: int, rules: RuleSet) -> Level:
    """Return how high a case has gone that is ``late`` working days overdue (thresholds: rules.yml ladder)."""
    above: tuple[Level, ...] = ("centre", "leader", "head")
    return next((name for name in above if late >= rules.ladder[name]), "holder")


def ladder(found: Iterable[Late], basis: Basis, now: datetime) -> Iterator[Rung]:
    """Yield the steps up to leaders and to the centre that have been reached on the day of ``now``.

    The window head is told by the digest, which mentions her from her step on. A step is yielded on every day
    from which it has been reached, and told once because its key has been sent: once for each overdue clock of a case.
    """
    rules = basis.rules.for_day(now.date())
    centre = basis.registry.office.centre.unit
    for late in found:
        reached = level(late.item.late, rules)
        item = late.item
        name = f"ladder/{item.id}/{item.clock}/{item.round}/{item.due}"
        if reached in ("leader", "centre"):
            yield Rung(f"{name}/leader", "leader", late.unit, late)
        if reached == "centre" and centre:
            yield Rung(f"{name}/centre", "centre", centre, late)


def climb(rungs: Iterable[Rung], basis: Basis, now: datetime) -> Iterator[Message]:
    """Yield one message for each unit and step: what has climbed on the same morning is told together."""
    grouped: dict[tuple[str, Level], list[Rung]] = {}
    for rung in rungs:
        grouped.setdefault((rung.unit, rung.step), []).append(rung)
    for (unit, step), found in grouped.items():
        yield _message(unit, step, found, basis, now.date())


def _message(unit: str, step: Level, rungs: Sequence[Rung], basis: Basis, today: date) -> Message:
    verb = "请过问" if step == "leader" else "请督办"
    one = rungs[0].late.item

    def write(most: int, width: int) -> str:
        if len(rungs) == 1:
            lines = [f"**{verb}：{title(one)}**", *_lines(rungs[0], basis, today, width)]
            return "\n".join([*lines, coloured(_next(rungs[0], basis, today), "comment")])
        lines = [f"**{verb}：{len(rungs)} 件超期**"]
        for rung in rungs[:most]:
            lines += ["", f"**▲ {title(rung.late.item)}**", *_lines(rung, basis, today, width)]
        if len(rungs) > most:
            lines += ["", f"其余 {len(rungs) - most} 件，在每天的清单里。"]
        return "\n".join(lines)

    role = "leader" if step == "leader" else "supervisor"
    subject = f"{title(one)}：{one.id} {safe(one.name, 24)}" if len(rungs) == 1 else f"{verb}：{len(rungs)} 件超期"
    markdown, plain = writers(write, min(len(rungs), 10))
    return Message(
        rungs[0].key, "ladder", unit, subject, markdown, plain,
        {"unit": unit, "level": step, "items": [_row(rung) for rung in rungs]},
        tuple(Mention.of(person) for person in basis.of_role(unit, role, today)),
        tuple(rung.key for rung in rungs),
    )  # fmt: skip


def _lines(rung: Rung, basis: Basis, today: date, width: int) -> list[str]:
    item = rung.late.item
    who = "，".join(part for part in (safe(item.who), _reminded(item, basis, today)) if part)
    told = (item.promise(today), item.where, who)
    lines = [f"{link(item.id, basis.address, case_path(item.id))} {safe(item.name, width)}"]
    if rung.step == "centre":
        phone = basis.unit_phone(rung.late.unit, today)
        lines.append(f"承办：{safe(basis.unit_name(rung.late.unit, today))}" + (f"，电话 {phone}" if phone else ""))
    return [*lines, "> " + "｜".join(part for part in told if part)]


def _row(rung: Rung) -> dict[str, object]:
    item = rung.late.item
    return {
        "case": item.id, "matter": item.name, "clock": item.clock, "due": item.due.isoformat(), "days_late": item.late,
        "where": item.where.replace("**", ""), "who": item.who,
    }  # fmt: skip


def title(item: Item) -> str:
    """已超期 2 个工作日; for a review of a suspension: 中止复核已过 2 个工作日."""
    return f"{'中止复核已过' if item.clock == 'review' else '已超期'} {item.late} 个工作日"


def _reminded(item: Item, basis: Basis, today: date) -> str:
    """Say when the window was told first: on the first working day after the due day."""
    first = basis.calendar.add_workdays(item.due, 1)
    return f"{day(first, today)}已提醒" if first < today else ""


def _next(rung: Rung, basis: Basis, today: date) -> str:
    """Say what comes next: when the centre takes over."""
    item = rung.late.item
    if rung.step == "centre":
        return "每天的清单里会一直列着，到办完为止。"
    last = basis.rules.for_day(today).ladder["centre"]
    left = last - item.late
    verb = "复核" if item.clock == "review" else "答复" if item.clock == "reply" else item.owed
    if left <= 0:
        return "已转政务服务中心督办。"
    when = basis.calendar.add_workdays(item.due, last)
    return f"再过 {left} 个工作日仍未{verb}，将转政务服务中心督办（{day(when, today)}）。"
