"""Which address leads to which page."""

from __future__ import annotations

from starlette.routing import Route

from noveto.desk.pages import (
    bureau,
    calendar,
    case,
    complaint,
    find,
    handover,
    home,
    me,
    printing,
    quick,
    readings,
    register,
    registry,
    step,
)
from noveto.desk.web import endpoint


def routes() -> list[Route]:
    """Return the routes of all pages."""
    get, post = ["GET"], ["POST"]
    return [
        Route("/desk", endpoint(home.to_home, everybody=True), methods=get),
        Route("/desk/", endpoint(home.home), methods=get),
        Route("/desk/sign-in", endpoint(home.sign_in_page, everybody=True), methods=get),
        Route("/desk/sign-in", endpoint(home.demo_sign_in, everybody=True), methods=post),
        Route("/desk/sign-out", endpoint(home.leave, everybody=True), methods=post),
        Route("/desk/lock", endpoint(home.lock, everybody=True), methods=post),
        Route("/desk/me", endpoint(me.me, everybody=True), methods=get),
        Route("/desk/health", endpoint(home.health, everybody=True), methods=get),
        Route("/desk/act/{key}", endpoint(home.act), methods=get),
        Route("/desk/act/{key}/drop", endpoint(home.drop), methods=post),
        Route("/desk/new", endpoint(register.new), methods=get),
        Route("/desk/new", endpoint(register.create), methods=post),
        Route("/desk/api/new", endpoint(register.live), methods=post),
        Route("/desk/complaint", endpoint(complaint.page), methods=get),
        Route("/desk/complaint", endpoint(complaint.create), methods=post),
        Route("/desk/registry", endpoint(registry.page), methods=get),
        Route("/desk/registry/{table}/{id}", endpoint(registry.form), methods=get),
        Route("/desk/registry/{table}/{id}", endpoint(registry.write), methods=post),
        Route("/desk/calendar", endpoint(calendar.page), methods=get),
        Route("/desk/calendar", endpoint(calendar.write), methods=post),
        Route("/desk/handover", endpoint(handover.page), methods=get),
        Route("/desk/handover", endpoint(handover.write), methods=post),
        Route("/desk/figures", endpoint(bureau.page), methods=get),
        Route("/desk/figures", endpoint(bureau.write), methods=post),
        Route("/desk/find", endpoint(find.page), methods=get),
        Route("/desk/find", endpoint(find.search), methods=post),
        Route("/desk/readings", endpoint(readings.page), methods=get),
        Route("/desk/draft", endpoint(find.save_draft), methods=post),
        Route("/desk/draft/drop", endpoint(find.drop_draft), methods=post),
        Route("/desk/draft/{number}", endpoint(find.open_draft), methods=get),
        Route("/desk/case/{id}", endpoint(case.page), methods=get),
        Route("/desk/case/{id}/form", endpoint(printing.page), methods=get),
        Route("/desk/case/{id}/copies", endpoint(printing.deliver), methods=post),
        Route("/desk/case/{id}/do", endpoint(case.do), methods=get),
        Route("/desk/case/{id}/correct", endpoint(case.correct), methods=get),
        Route("/desk/case/{id}/quick/{what}", endpoint(quick.write), methods=post),
        Route("/desk/case/{id}/step/{step}", endpoint(step.page), methods=get),
        Route("/desk/case/{id}/step/{step}", endpoint(step.write), methods=post),
    ]
