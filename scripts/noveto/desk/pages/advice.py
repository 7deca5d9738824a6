"""Before a breach is written down: what it breaks, what would be better, and the way to write it all the same.

A register that refuses bad news gets false news: nothing here keeps a step out that was really taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from noveto import words
from noveto.desk.office import Held
from noveto.desk.pages.common import for_form, leader_of
from noveto.desk.web import Ctx
from noveto.findings import Finding

_UNAPPROVED = ("NV402", "NV403", "NV405")
_SECOND = "NV411"


@dataclass(frozen=True, slots=True)
class Advice:
    """One breach the step would be: the text, its code, and where the better way begins ("" for nowhere)."""

    text: str
    code: str
    url: str = ""
    word: str = ""


def advice(ctx: Ctx, held: Held, breaches: Sequence[Finding]) -> list[Advice]:
    """Return what to say of the breaches a step would bring."""
    found = [_one(ctx, held, one) for one in breaches]
    return list({one.text: one for one in found}.values())


def _one(ctx: Ctx, held: Held, breach: Finding) -> Advice:
    if breach.code in _UNAPPROVED:
        leader = ctx.desk.office.registry.person_name(leader_of(ctx, str(held.value.get("unit", ""))))
        to = f"（交{leader}）" if leader else ""
        told = f"还不能答复“不能办”：这件没有单位审核意见。请先报批{to}，今天报批不影响期限。"
        return Advice(told, breach.code, f"/desk/case/{held.id}/step/veto_proposed", "去报批")
    if breach.code == _SECOND:
        first = next(one for one in held.record.typed.log if one.step == "supplement_notice")
        day = words.short(first.day, today=ctx.desk.settings.today, weekday=False)
        told = (
            f"{day} 已经一次告知过 {len(first.data.get('items', ()))} 样材料。再要材料算第二次告知，会计入月报。"
            "确实要，请写原因；也可以先收下、后补（容缺）。"
        )
        return Advice(told, breach.code)
    return Advice(for_form(breach.message + breach.fix), breach.code)
