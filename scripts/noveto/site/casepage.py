"""The case page: everything a caller may ask about one case, in document order, without tabs.

Written with plain strings instead of a template because it is stamped by the hundred thousand; every value goes
through ``escape``.
"""

from __future__ import annotations

import re

from noveto.site.caseviews import Box, CaseView, ClockLine, Moment, Similar
from noveto.site.render import Renderer, badge, unbroken
from noveto.site.render import escaped as escape

_ROOT = "../../../"


def case_body(view: CaseView, renderer: Renderer) -> str:
    """Return the body of a case page (three folders below the site's root)."""
    parts = [
        _crumbs(view),
        f"<h1>{escape(view.matter)}{_tags(view.tags)}</h1>",
        _CLOCKWORK,
        _top(view),
        _actions(view),
        _clocks(view, renderer),
        '<div class="nv-two"><section>',
        "<h2>登记内容</h2>" if view.plain else "<h2>登记内容<small>登记表的格子</small></h2>",
        _boxes(view.boxes, ended=view.status.level in ("done", "void")),
        "</section><section><h2>过程</h2>",
        _moments(view.moments),
        "</section></div>",
        _similar(view),
        _fold("修改记录", view.history),
        _guides(view),
    ]
    return "".join(parts)


def without_name(body: str, name: str) -> str:
    """Put 申请人 where a text names the applicant in full: an enterprise's name is not masked in the record.

    Names of persons are masked there (王**) and stay as they are.
    """
    return body if "*" in name or len(name) < 3 else body.replace(escape(name), "申请人")


def _link(url: str, text: str) -> str:
    return f' <a href="{escape(url)}">{text}</a>' if url else ""


def _crumbs(view: CaseView) -> str:
    links = "".join(f'<a href="{escape(url)}">{escape(text)}</a> › ' for text, url in view.crumbs)
    return f'<p class="nv-crumbs">{links}<span class="nv-nb">{escape(view.id)}</span></p>'


def _tags(tags: tuple[str, ...]) -> str:
    return "".join(f' <span class="nv-tag">{escape(tag)}</span>' for tag in tags)


_CLOCKWORK = '<p class="nv-note bad" id="nv-clock" hidden></p>'
"""Where the browser says that its clock is wrong or the data old."""


_DATE = re.compile(r"(?:\d{4} 年 )?\d{1,2} 月 \d{1,2} 日(?: 周.)?")
_UNBROKEN = r'<span class="nv-nb">\g<0></span>'


def _top(view: CaseView) -> str:
    css = view.status.css
    lead = f" · {_DATE.sub(_UNBROKEN, escape(view.lead))}" if view.lead else ""
    return (
        f'<div class="nv-top {css}"><p class="big">{badge(view.status)}{lead}</p>'
        f'<p><span class="nv-soft">现在在：</span>{escape(view.holder)}</p></div>'
    )


_WEIGHT = {"step": " first", "form": ""}
"""The buttons that a phone shows too; the others (more) are for wide screens."""


def _actions(view: CaseView) -> str:
    """Return the buttons: readers have 打印, what leads to the desk is shown once the desk has said who is signed in.

    The line 登录后办理 serves who is not, whose session has run out, and a browser without script.
    """
    buttons = "".join(
        f'<a class="nv-btn{_WEIGHT.get(one.may, " more")}" href="{escape(one.url)}" data-may="{one.may}" hidden>'
        f"{escape(one.text)}</a>"
        for one in view.actions
    )
    paper = '<button type="button" class="nv-btn" data-act="print" hidden>打印</button>'
    sign = f'<a class="nv-sign" href="{escape(view.actions[0].url)}">登录后办理</a>' if view.actions else ""
    desk = f' data-desk="{escape(view.id)}"' if view.actions else ""
    return f'<p class="nv-acts fix"{desk}>{buttons}{paper}{sign}</p>'


def _clocks(view: CaseView, renderer: Renderer) -> str:
    if not view.clocks:
        return ""
    rows = "".join(_clock(line, renderer) for line in view.clocks)
    told = "".join(_derivation(line, renderer) for line in view.clocks if line.derivation)
    return (
        '<h2>时限</h2><div class="nv-scroll free"><table class="nv blocks nv-clocks"><thead><tr>'
        '<th scope="col">时限</th><th scope="col">规定</th><th scope="col">到期日</th><th scope="col">状态</th>'
        f'<th scope="col">依据</th></tr></thead><tbody>{rows}</tbody></table></div>{told}'
    )


def _clock(line: ClockLine, renderer: Renderer) -> str:
    bar = ""
    if line.bar is not None:
        done, whole = line.bar
        blocks = "■" * min(done, whole) + "□" * max(whole - done, 0)
        bar = (
            f' <span class="nv-nb" data-whole="{whole}">第 {done} 日 '
            f'<span class="nv-bar" aria-hidden="true">{blocks}</span></span>'
        )
    cite = f'<a href="{escape(line.cite_url)}">{escape(line.cite)}</a>' if line.cite_url else escape(line.cite)
    note = f' <span class="nv-soft">{escape(line.note)}</span>' if line.note else ""
    name = escape(line.name) if not line.binding else f"<b>{escape(line.name)}</b>"
    due = renderer.day(line.due, provisional=line.provisional, none="不计时")
    return (
        f'<tr><th scope="row" class="d">{name}</th><td class="d" data-l="规定">{escape(line.limit)}</td>'
        f'<td class="d" data-l="到期">{due}</td><td>{badge(line.status)}{bar}</td><td>{cite}{note}</td></tr>'
    )


def _derivation(line: ClockLine, renderer: Renderer) -> str:
    due = renderer.day(line.due, none="") if line.due else ""
    title = f"{escape(line.name)}：{due}是怎么算出来的" if due else f"{escape(line.name)}是怎么算的"
    return f'<details class="nv-why"><summary>{title}</summary><p>{escape(line.derivation)}</p></details>'


def _boxes(boxes: tuple[Box, ...], *, ended: bool) -> str:
    empty = "没有写" if ended else "还没有"
    cells: list[str] = []
    for box in boxes:
        text = unbroken(box.text) if box.text else f'<span class="nv-soft">{empty}</span>'
        if box.was or box.why:
            text = (
                f'<del class="nv-was">{escape(box.was or "（空）")}</del> → <ins class="nv-now">{text}</ins> '
                f'<span class="nv-tag">{escape(box.why)}</span>'
            )
        wide = ' class="w nv-pre"' if box.wide else ""
        cells.append(f"<dt>{escape(box.label)}</dt><dd{wide}>{text}</dd>")
    return f'<dl class="nv-boxes">{"".join(cells)}</dl>'


def _moments(moments: tuple[Moment, ...]) -> str:
    items: list[str] = []
    for moment in moments:
        what = escape(moment.what)
        if moment.struck:
            what = f"<del>{what}</del>"
        who = f'<span class="by">{escape(moment.who)}</span>' if moment.who else ""
        said = "".join(f'<span class="say">{escape(text)}</span>' for text in moment.said)
        now = ' class="now"' if moment.now else ""
        items.append(f"<li{now}><time>{escape(moment.at)}</time><div>{what}{who}{_tags(moment.tags)}{said}</div></li>")
    return f'<ol class="nv-path">{"".join(items)}</ol>'


def _similar(view: CaseView) -> str:
    if view.plain:
        return ""
    if view.similar is None:
        link = f"{_ROOT}cases/similar.html?like={escape(view.id)}"
        return f'<p class="nv-noprint"><a href="{link}">找找以前像这样的件</a></p>'
    if not view.similar:
        return (
            '<h2>类似的件</h2><p class="nv-empty">以前没有像的。您这件会成为以后的参考，请把“卡在哪里”写具体。'
            f'<a href="{_ROOT}cases/similar.html">换个说法查</a></p>'
        )
    rows = "".join(_similar_row(item) for item in view.similar)
    return (
        f"<h2>类似的件<small>共 {len(view.similar)} 件，{view.similar_done} 件办成</small></h2>"
        f'<table class="nv blocks nv-lines"><tbody>{rows}</tbody></table>'
    )


def _similar_row(item: Similar) -> str:
    days = f"{item.days} 个工作日" if item.days is not None else ""
    shared = "、".join(item.shared)
    lesson = f' <span class="nv-soft">{escape(item.lesson)}</span>' if item.lesson else ""
    return (
        f'<tr><td class="d">{badge(item.outcome)}</td>'
        f'<td class="i"><a href="{_ROOT}{escape(item.url)}">{escape(item.id)}</a></td>'
        f'<td>{escape(item.matter)}{lesson}</td><td class="d">{days}</td>'
        f'<td class="nv-soft">{"相同字：" + escape(shared) if shared else ""}</td></tr>'
    )


def _fold(title: str, lines: tuple[str, ...]) -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<details class="nv-why"><summary>{title}</summary><ul class="nv-plain">{items}</ul></details>'


def _guides(view: CaseView) -> str:
    if not view.guides:
        return ""
    links = "　".join(f'<a href="{escape(url)}">{escape(text)}</a>' for text, url in view.guides)
    return f'<p class="nv-lead nv-noprint">相关：{links}</p>'
