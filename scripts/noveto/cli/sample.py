"""``noveto sample``: draw cases at random so that anybody can draw the same again, and see what two readers said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from noveto.cli.common import NovetoCommand, Settings, UserError, envelope, pass_settings
from noveto.cli.spans import bureau_person, chosen, put, span_options

if TYPE_CHECKING:
    from noveto.ledger import Ledger
    from noveto.statistics.periods import Period


@dataclass(frozen=True, slots=True)
class Drawn:
    """One unit's sample: from how many, with which seed; ``same`` tells of a recorded one whether it draws again."""

    unit: str
    pool: int
    size: int
    seed: str
    commit: str
    cases: tuple[str, ...]
    recorded: str = ""
    same: bool | None = None
    done: int = 0


@click.command(
    "sample",
    cls=NovetoCommand,
    formats=("table", "json", "csv"),
    help="抽查：从提出过否决的件里随机抽几件，看依据站不站得住。同样的种子，谁来抽都是这几件。\n\n"
    "种子不写，用这一期定稿的数据版本（写件的时候谁也不知道）；还没定稿的要写 --seed。\n"
    "加 --write 记进台账（一个单位一期一次），以后在办件台写评查和复核；再运行一次就是重抽核对。\n\n"
    "例：noveto sample --quarter 2026-q3 --size 5 --write --by sjj-004 --commit",
)
@span_options
@click.option("--unit", "units", multiple=True, metavar="ID", help="哪个单位，可以写多次；不写是全部单位。")
@click.option("--seed", metavar="TEXT", help="种子；不写用定稿的数据版本。")
@click.option("--size", type=click.IntRange(1, 1000), default=5, show_default=True, help="每个单位抽几件。")
@click.option("--write", is_flag=True, help="记进台账。")
@click.option("--by", metavar="ID", help="谁抽的（和 --write 一起用）。")
@click.option("--commit", is_flag=True, help="记好以后提交到 Git。")
@pass_settings
def command(
    settings: Settings, month: str | None, quarter: str | None, year: str | None, units: tuple[str, ...],
    seed: str | None, size: int, write: bool, by: str | None, commit: bool,
) -> int:  # fmt: skip
    """Draw, and print or write."""
    from noveto.ledger import Ledger

    of = chosen(settings.today, month, quarter, year)
    if (by or commit) and not write:
        raise UserError("--by 和 --commit 要和 --write 一起用。")
    with Ledger.open(settings.root(), progress=settings.steps) as ledger:
        unknown = [unit for unit in units if unit not in ledger.registry.units]
        if unknown:
            raise UserError(f"--unit 写的“{unknown[0]}”不在单位表里。请写单位编号，例如 rsj。")
        drawn = _draw(ledger, of, settings, units, seed, size)
        if write:
            return _write(settings, ledger, of, [one for one in drawn if not one.recorded], by, commit=commit)
        _show(settings, ledger, of, drawn)
    return 1 if any(one.same is False for one in drawn) else 0


def _draw(
    ledger: Ledger, of: Period, settings: Settings, units: tuple[str, ...], seed: str | None, size: int
) -> list[Drawn]:
    from noveto.ledger import Ledger as Opened
    from noveto.statistics.readings import readings
    from noveto.statistics.sampling import draw, pools

    known = {record.review.unit: record.review for record in ledger.records("review") if record.review.key == of.key}
    pool = pools(ledger, of.first, of.last, settings.today)
    wanted = units or tuple(sorted({*pool, *known}))
    found: list[Drawn] = []
    for unit in wanted:
        held = known.get(unit)
        if held is None:
            names = pool.get(unit, [])
            used = seed or _seed(ledger, of)
            if names and not used:
                raise UserError(f"{of.name}还没有定稿，没有现成的种子。请写 --seed，例如当天开奖号码；或者先定稿。")
            if names:
                found.append(Drawn(unit, len(names), size, used, ledger.version, draw(used, names, size)))
            continue
        same: bool | None = None
        if held.commit and ledger.repo and ledger.repo.rev_parse(f"{held.commit}^{{commit}}"):
            with Opened.open(ledger.root, at=held.commit) as then:
                names = pools(then, of.first, of.last, held.drawn).get(unit, [])
            same = (len(names), draw(held.seed, names, held.size)) == (held.pool, held.cases)
        done = sum(reading.state == "done" for reading in readings(held, settings.today))
        found.append(Drawn(unit, held.pool, held.size, held.seed, held.commit, held.cases, held.id, same, done))
    return found


def _seed(ledger: Ledger, of: Period) -> str:
    record = ledger.record(f"qj-{of.key.lower()}")
    frozen = record.period.frozen if record is not None else None
    return str(frozen.data.get("commit", ""))[:12] if frozen else ""


def _write(
    settings: Settings, ledger: Ledger, of: Period, drawn: list[Drawn], by: str | None, *, commit: bool
) -> int:  # fmt: skip
    from noveto.cli.writing import Desk, RefusedError
    from noveto.ledger.places import path_of
    from noveto.writing.message import REGISTERED, commit_message
    from noveto.writing.periods import review_head
    from noveto.writing.text import head_text

    desk = Desk.open(settings)
    person = bureau_person(desk, by)
    if not drawn:
        settings.write(f"{of.name}没有要抽的：已经抽过，或者没有提出过否决的件。")
        return 0
    if ledger.edited:
        raise UserError("台账里有没提交的改动，抽查要用已经入台账的版本。请先提交或者撤掉改动。")
    for one in drawn:
        head = review_head(of.key, one.unit, settings.today, person.id, seed=one.seed, size=one.size, pool=one.pool,
                           commit=one.commit, cases=one.cases)  # fmt: skip
        name = str(head["id"])
        message = commit_message(name, f"{of.name}抽查", [(REGISTERED, "抽样")])
        try:
            put(desk, path_of(name), head_text("review", head).encode(), person, message, new=True, commit=commit)
        except RefusedError:
            settings.note("没有写：先改好上面的错误。")
            return 1
        settings.write(f"{name}：种子 {one.seed}，从 {one.pool} 件里抽 {len(one.cases)} 件：{'、'.join(one.cases)}")
    return 0


def _show(settings: Settings, ledger: Ledger, of: Period, drawn: list[Drawn]) -> None:
    from noveto.cli.text import table
    from noveto.statistics.sampling import METHOD

    if settings.format == "json":
        told: list[dict[str, Any]] = [
            {"unit": one.unit, "pool": one.pool, "size": one.size, "seed": one.seed, "commit": one.commit or None,
             "cases": list(one.cases), "recorded": one.recorded or None, "same": one.same, "done": one.done}
            for one in drawn
        ]  # fmt: skip
        settings.write_json(envelope(
            "sample", settings.today, known_through=ledger.calendar.known_through,
            calendar_digest=ledger.calendar.digest, rules_digest=ledger.rules.digest,
            period=of.key, method=METHOD, samples=told,
        ))  # fmt: skip
        return
    if settings.format == "csv":
        listed = [[one.unit, of.key, one.seed, one.pool, case] for one in drawn for case in one.cases]
        settings.write_csv(["单位", "期间", "种子", "总体", "编号"], listed)
        return
    if not drawn:
        settings.write(f"{of.name}没有提出过否决的件，不用抽。")
        return
    rows = [["单位", "从几件里", "抽到", "种子", "记在", "重抽"]]
    for one in drawn:
        again = "" if one.same is None else "一样" if one.same else "不一样"
        name, held = ledger.registry.unit_name(one.unit), one.recorded or "没有记"
        rows.append([name, str(one.pool), "、".join(one.cases), one.seed, held, again])
    settings.write(f"{of.name}抽查\n\n{table(rows)}\n抽法：{METHOD}。记进台账：加 --write --by 您的编号。")
