"""我的待办, signing in and out, and what became of an act."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from starlette.responses import RedirectResponse, Response

from noveto.desk.figures import figure_duties
from noveto.desk.health import signs
from noveto.desk.pages.bureau import may_count
from noveto.desk.pages.common import draft_rows, new_key
from noveto.desk.pages.complaint import may_complain
from noveto.desk.pages.record import due_lines
from noveto.desk.people import home_of, staff_person
from noveto.desk.queue import Act
from noveto.desk.session import sign_in, sign_out
from noveto.desk.signin.routes import local_path
from noveto.desk.todo import cases_of, todo
from noveto.desk.web import Ctx, StopError
from noveto.source.dump import dump_item

DEMO_PEOPLE = ("rsj-005", "rsj-001", "rsj-002", "zjj-005", "zwzx-003", "sjj-003", "sjj-004", "sjj-005")
"""The eight people of the demonstration: clerk, head, leader, consulted clerk, centre, analyst, assessor, admin."""

_POSTS = {
    "rsj-005": "人社局 窗口人员",
    "rsj-001": "人社局 窗口负责人",
    "rsj-002": "人社局 单位领导",
    "zjj-005": "住建局 被征询单位经办",
    "zwzx-003": "政务服务中心 督查",
    "sjj-003": "数据资源管理局 分析",
    "sjj-004": "数据资源管理局 评窗口考核",
    "sjj-005": "系统管理员",
}


_CONFLICT = {
    "step": "您交上来以后，别人在这一件里先写了一步。请看过再交。",
    "new": "这个编号刚被别人用了。请再交一次。",
    "register": "您交上来以后，别人先改了这一条。请回登记册看看现在是什么，再改一次。",
    "notice": "您交上来以后，别人先录入了这一年的通知。请回工作日历看看。",
}


def to_home(ctx: Ctx) -> Response:
    """Add the slash."""
    return RedirectResponse("/desk/", 303)


def home(ctx: Ctx) -> Response:
    """Show the person's duties."""
    desk, person = ctx.desk, ctx.person
    found = todo(desk.office, person, desk.settings.today, desk.seen)
    return ctx.page(
        "todo.html",
        title="我的待办",
        tab="todo",
        found=found,
        acts=desk.queue.of(person.id),
        drafts=draft_rows(ctx),
        new_key=new_key,
        faulty=desk.office.faulty,
        may_complain=may_complain(ctx),
        may_count=may_count(ctx),
        figures=figure_duties(desk.office, person, desk.settings.today),
    )


def health(ctx: Ctx) -> Response:
    """Tell 运行状态 what only the running desk knows; nobody signed in is told nothing, and that is no error."""
    told = [asdict(sign) for sign in signs(ctx.desk)] if ctx.maybe is not None else []
    return Response(json.dumps(told, ensure_ascii=False), media_type="application/json")


def sign_in_page(ctx: Ctx) -> Response:
    """Offer the ways to sign in."""
    desk = ctx.desk
    target = local_path(ctx.request.query_params.get("next", ""))
    people = []
    if desk.settings.demo:
        registry = desk.office.registry
        known = [staff_person(registry, staff, desk.settings.today) for staff in DEMO_PEOPLE]
        people = [{"id": p.id, "name": p.name, "post": _POSTS.get(p.id, desk.post(p))} for p in known if p]
    ways = [(f"{url}?next={target}", word) for url, word in ctx.request.app.state.ways]
    idle = f"{desk.settings.idle_minutes} 分钟没动，为保护来人信息已锁屏。"
    locked = {"": "", "idle": idle}.get(ctx.request.query_params.get("locked", ""), "已锁屏。")
    return ctx.page("signin.html", title="登录", people=people, ways=ways, next=target, locked=locked)


def demo_sign_in(ctx: Ctx) -> Response:
    """Sign in as one of the eight; only in a demonstration."""
    desk = ctx.desk
    staff = ctx.get("staff")
    if not desk.settings.demo or staff not in DEMO_PEOPLE:
        raise StopError(403, "不能这样登录", "这里不是演示，请用单位账号登录。", ("/desk/sign-in", "去登录"))
    person = staff_person(desk.office.registry, staff, desk.settings.today)
    if person is None:
        raise StopError(403, "没有登录成", "演示台账里没有这一位。请用 noveto demo --reset 重做演示。")
    target = local_path(ctx.get("next"))
    response = RedirectResponse(home_of(person, target, desk.office.registry, site=desk.settings.site is not None), 303)
    sign_in(ctx.request, response, person)
    return response


def leave(ctx: Ctx) -> Response:
    """换人."""
    response = RedirectResponse("/desk/sign-in", 303)
    sign_out(ctx.request, response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def lock(ctx: Ctx) -> Response:
    """锁屏: the session ends, drafts stay on the server."""
    response = RedirectResponse("/desk/sign-in?locked=1", 303)
    sign_out(ctx.request, response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def act(ctx: Ctx) -> Response:
    """Show what became of an act."""
    desk = ctx.desk
    key = ctx.request.path_params["key"]
    found = desk.queue.get(key)
    if found is None or found.staff != ctx.person.id:
        raise StopError(404, "没有这一条", "没有这条提交，或者是别人的。", ("/desk/", "回我的待办"))
    waiting = found.state in ("waiting", "working")
    links: list[tuple[str, str]] = []
    due: list[str] = []
    if found.state == "done":
        what = found.payload["what"]
        links = [(f"/desk/case/{found.record}", "看这一件")] if what in ("new", "step") else []
        if what in ("register", "notice"):
            links = _set_up(ctx, found)
        elif what == "new" and found.payload["kind"] == "complaint":
            links = [(f"/desk/case/{found.record}/step/assigned", "交办"), *links]
        elif what == "new":
            form = f"/desk/case/{found.record}/form"
            links = [
                (f"{form}?kind=receipt&as=pdf", "打印回执"),
                (form, "打印登记表"),
                ("/desk/new", "再登记一件"),
                *links,
            ]
        held = desk.office.find(found.record)
        if held is not None and held.kind == "case":
            due = due_lines(ctx, held)
    reasons = found.result.get("reasons") or ([_CONFLICT[found.payload["what"]]] if found.state == "conflict" else [])
    again = ""
    if found.state in ("conflict", "refused") and found.payload["what"] == "step":
        again = f"/desk/case/{found.record}/step/{found.payload['entries'][0]['step']}?act={found.key}"
    typed = "" if found.state not in ("conflict", "refused") else _typed(found.payload)
    return ctx.page(
        "act.html", title="已入台账" if found.state == "done" else "已收下", act=found, links=links, due=due,
        said=str(found.payload.get("said", "")), reasons=reasons, again=again, typed=typed,
        trouble=desk.worker.trouble, waited=_waited(found, desk.settings.now), refresh="2" if waiting else "",
    )  # fmt: skip


def _waited(act: Act, now: datetime) -> int:
    """Return for how many minutes an act has been waiting."""
    return max(0, int((now - datetime.fromisoformat(act.accepted)).total_seconds()) // 60)


def _set_up(ctx: Ctx, act: Act) -> list[tuple[str, str]]:
    """Return where to go after a change of registers or calendar: who leaves has cases to hand over."""
    links = [("/desk/registry", "回登记册")] if act.payload["what"] == "register" else [("/desk/calendar", "工作日历")]
    who = str(act.payload.get("who", ""))
    if act.payload.get("table") == "staff" and (count := len(cases_of(ctx.desk.office, who))):
        row = act.payload["changes"][0][1]
        if row.get("to"):
            return [(f"/desk/handover?from={who}", f"移交名下 {count} 件"), *links]
    return links


def drop(ctx: Ctx) -> Response:
    """Give up an act that came back."""
    ctx.desk.queue.drop(ctx.request.path_params["key"], ctx.person.id)
    return RedirectResponse("/desk/", 303)


def _typed(payload: Any) -> str:
    if payload["what"] in ("register", "notice"):
        return str(payload["title"])
    texts = [str(payload["head"].get("facts", ""))] if payload["what"] == "new" else []
    return "\n".join([*texts, *(dump_item(entry) for entry in payload["entries"])])
