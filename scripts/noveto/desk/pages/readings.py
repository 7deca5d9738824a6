"""谁看过全名和电话: what a head or leader is shown of the looks into her unit's part of the sealed register."""

from __future__ import annotations

import re
from datetime import date, timedelta

from starlette.responses import Response

from noveto import words
from noveto.desk.web import Ctx, StopError

MAY = ("head", "leader")
"""Roles that are shown the looks at their own unit's entries."""

_WHY = {"print": "打印", "callback": "回访", "contact": "联系", "search": "找件"}
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def page(ctx: Ctx) -> Response:
    """Show the looks of one month (``month=YYYY-MM``, else this one), the newest first, and each person's number."""
    me, desk = ctx.person, ctx.desk
    if me.role not in MAY:
        raise StopError(
            403, "这一页给负责人看", "查询记录由本单位的窗口负责人和领导看。", ("/desk/find", "回按姓名或电话找件")
        )
    today = desk.settings.today
    asked = _MONTH.fullmatch(ctx.request.query_params.get("month", ""))
    first = date(int(asked[1]), int(asked[2]), 1) if asked else today.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    found = desk.sealed.readings(me.unit, first, after - timedelta(days=1))
    registry = desk.office.registry
    shorts = {unit.id: unit.short for unit in registry.units.values()}
    counts: dict[str, int] = {}
    for one in found:
        counts[one.by] = counts.get(one.by, 0) + 1
    rows = [
        {
            "at": f"{words.short(one.at.date(), today=today)} {one.at:%H:%M}",
            "who": registry.person_name(one.by),
            "unit": "" if one.unit == me.unit else shorts.get(one.unit, one.unit),
            "what": f"找件：{one.why}，{one.found} 条" if one.what == "search" else
                    f"{_WHY.get(one.why, one.why)}{'' if one.found else '（没有给看）'}",
            "case": one.case if desk.office.find(one.case) is not None else "",
        }
        for one in reversed(found[-500:])
    ]  # fmt: skip
    people = sorted(((registry.person_name(by), n) for by, n in counts.items()), key=lambda pair: -pair[1])
    return ctx.page(
        "readings.html", title="谁看过全名和电话", tab="find", month=f"{first:%Y 年} {first.month} 月", rows=rows,
        people=people, total=len(found), before=f"{before:%Y-%m}", after=f"{after:%Y-%m}" if after <= today else "",
    )  # fmt: skip
