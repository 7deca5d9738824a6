"""The ladder: what stays overdue goes up, to the unit's leader, then to the centre (screens.md 7.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Literal

from noveto.rules import RuleSet
from noveto.warnings.items import Item, Late
from noveto.warnings.model import Basis, Mention, Message, writers
from noveto.warnings.texts import case_path, coloured, day, link, safe

Level = Literal["head", "leader", "centre"]
LEVELS: tuple[Level, ...] = ("head", "leader", "centre")
NAMES: dict[Level, str] = {"head": "窗口负责人", "leader": "单位领导", "centre": "政务服务中心"}


def level(late: int, rules: RuleSet) -> Level:
    """Return how high a case has gone that is ``late`` working days overdue (thresholds: rules.yml ladder)."""
    reached: Level = "head"
    for name in LEVELS[1:]:
        if late >= rules.ladder[name]:
            reached = name
    return reached


def key(late: Late, step: Level) -> str:
    """Name a step of the ladder: each overdue clock takes it once."""
    return f"ladder/{late.item.id}/{late.item.clock}/{late.item.round}/{late.item.due}/{step}"


def ladder(found: Iterable[Late], basis: Basis, now: datetime) -> Iterator[Message]:
    """Yield the notices to leaders and to the centre that are due on the day of ``now``.

    The window head is told by the digest, which mentions her; a notice is yielded every day on which its step
    has been reached, and sent once because its key has been sent.
    """
    for late in found:
        rules = basis.rules.for_day(now.date())
        reached = level(late.item.late, rules)
        if reached in ("leader", "centre"):
            yield _notice(late, "leader", late.unit, basis, now)
        centre = basis.registry.office.centre.unit
        if reached == "centre" and centre:
            yield _notice(late, "centre", centre, basis, now)


def _notice(late: Late, step: Level, unit: str, basis: Basis, now: datetime) -> Message:
    today = now.date()
    role = "leader" if step == "leader" else "supervisor"
    mentions = tuple(Mention.of(person) for person in basis.of_role(unit, role, today))
    item = late.item

    def write(_: int, width: int) -> str:
        told = (item.promise(today), item.where, safe(item.who), _reminded(late, basis, today))
        lines = [
            f"**请过问：{title(item)}**" if step == "leader" else f"**请督办：{title(item)}**",
            f"{link(item.id, basis.address, case_path(item.id))} {safe(item.name, width)}",
            "> " + "｜".join(part for part in told if part),
        ]
        if step == "centre":
            phone = basis.unit_phone(late.unit, today)
            lines.insert(2, f"承办：{safe(basis.unit_name(late.unit, today))}" + (f"，电话 {phone}" if phone else ""))
        lines.append(coloured(_next(late, step, basis, today), "comment"))
        return "\n".join(lines)

    return Message(
        key(late, step), "ladder", unit, f"{title(item)}：{item.id} {safe(item.name, 24)}",
        *writers(write, 0),
        {
            "unit": unit, "level": step, "case": item.id, "matter": item.name, "clock": item.clock,
            "due": item.due.isoformat(), "days_late": item.late, "where": item.where.replace("**", ""),
            "who": item.who,
        },
        mentions,
    )  # fmt: skip


def title(item: Item) -> str:
    """已超期 2 个工作日; for a review of a suspension: 中止复核已过 2 个工作日."""
    return f"{'中止复核已过' if item.clock == 'review' else '已超期'} {item.late} 个工作日"


def _reminded(late: Late, basis: Basis, today: date) -> str:
    """Say when the window was told first: on the first working day after the due day."""
    first = basis.calendar.add_workdays(late.item.due, 1)
    return f"{day(first, today)}已提醒" if first < today else ""


def _next(late: Late, step: Level, basis: Basis, today: date) -> str:
    """Say what comes next: when the centre takes over."""
    if step == "centre":
        return "每天的清单里会一直列着，到办完为止。"
    last = basis.rules.for_day(today).ladder["centre"]
    left = last - late.item.late
    verb = "复核" if late.item.clock == "review" else "答复" if late.item.clock == "reply" else late.item.owed
    if left <= 0:
        return "已转政务服务中心督办。"
    when = basis.calendar.add_workdays(late.item.due, last)
    return f"再过 {left} 个工作日仍未{verb}，将转政务服务中心督办（{day(when, today)}）。"
