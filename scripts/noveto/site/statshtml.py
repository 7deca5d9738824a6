"""Tables and lists of the statistics as HTML, put together by hand: a build has tens of thousands of their cells.

The markup is that of templates/macros.html; every text is escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from noveto.site.listpages import Page
from noveto.site.manifest import digest
from noveto.site.render import badge, escaped
from noveto.site.views import Cell, Table

if TYPE_CHECKING:
    from noveto.site.statslists import Listed, Lists

_N = ' class="n"'
CLOCK = '<p class="nv-note bad" id="nv-clock" hidden></p>'


def cell(of: Cell) -> str:
    """Return the inside of a cell: a number with its link, a status, small text beside it."""
    if of.said is not None:
        text = str(badge(of.said))
    elif of.url and of.text != "0":
        text = f'<a href="{escaped(of.url)}">{escaped(of.text)}</a>'
    elif of.text == "0":
        text = '<span class="z">0</span>'
    else:
        text = f"<span>{escaped(of.text)}</span>"
    return f'{text} <span class="nv-soft">{escaped(of.small)}</span>' if of.small else text


def table(of: Table) -> Markup:
    """Return a table; on a phone its rows become blocks with the labels of their columns."""
    numeric = ["n" if number else "" for _, number in of.head]
    labels = [escaped(label) for label, _ in of.head]
    head = "".join(f'<th scope="col"{css and _N}>{label}</th>' for label, css in zip(labels, numeric, strict=True))

    def row(cells: Sequence[Cell]) -> str:
        first = f' class="{cells[0].css}"' if cells[0].css else ""
        parts = [f'<tr><th scope="row"{first}>{cell(cells[0])}</th>']
        for at in range(1, len(cells)):
            css = numeric[at] or cells[at].css
            named = f' class="{css}"' if css else ""
            parts.append(f'<td{named} data-l="{labels[at]}">{cell(cells[at])}</td>')
        return "".join((*parts, "</tr>"))

    body = "\n".join(row(cells) for cells in of.rows)
    narrow = " narrow" if of.narrow else ""
    foot = f"<tfoot>{row(of.total)}</tfoot>" if of.total else ""
    return Markup(  # noqa: S704 - every text was escaped above
        f'<div class="nv-scroll free"><table class="nv blocks{narrow}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody>{foot}</table></div>"
    )


def list_page(
    lists: Lists,
    path: str,
    name: str,
    title: str,
    listed: Sequence[Listed],
    *,
    crumbs: Sequence[tuple[str, str]],
    lead: str = "",
    links: Sequence[tuple[str, str]] = (),
) -> Page:
    """Return a page of lists, made when something on it has changed; ``name`` is the page's own title.

    Of several lists the one linked to is shown alone (``.nv-parts`` in the stylesheet).
    """
    told = [(item.anchor, item.title, item.number, item.note, [part.title for part in item.parts]) for item in listed]
    rows = [lists.stand(part) for item in listed for part in item.parts]
    key = digest(repr((title, crumbs, lead, links, told, rows)).encode())
    return Page(path, "period-list", name, partial(_list_page, lists, title, listed, crumbs, lead, links), key)


def _list_page(
    lists: Lists, title: str, listed: Sequence[Listed], crumbs: Sequence[tuple[str, str]], lead: str,
    links: Sequence[tuple[str, str]],
) -> str:  # fmt: skip
    way = "".join(f'<a href="{escaped(url)}">{escaped(text)}</a> › ' for text, url in crumbs)
    parts = [f'<p class="nv-crumbs">{way}{escaped(title)}</p><h1>{escaped(title)}</h1>']
    if lead:
        parts.append(f'<p class="nv-lead">{escaped(lead)}</p>')
    parts.append(CLOCK)
    several = len(listed) > 1
    if several:
        chips = "".join(
            f'<a href="#{item.anchor}">{escaped(item.title)} <b>{escaped(item.number)}</b></a>' for item in listed
        )
        parts.append(f'<p class="nv-chips nv-noprint"><a href="#all">全部</a>{chips}</p>')
    parts.append('<div class="nv-parts" id="all">')
    for item in listed:
        parts.append(f'<section id="{item.anchor}">')
        if several:
            note = f"<small>{escaped(item.note)}</small>" if item.note else ""
            parts.append(f"<h2>{escaped(item.title)} {escaped(item.number)}{note}</h2>")
        elif item.note:
            parts.append(f'<p class="nv-lead">{escaped(item.note)}</p>')
        parts += [_part(part.title, *lists.table(part), level=3 if several else 2) for part in item.parts]
        parts.append("</section>")
    parts.append("</div>")
    if links:
        shown = " · ".join(f'<a href="{escaped(url)}">{escaped(text)}</a>' for text, url in links)
        parts.append(f'<p class="nv-lead nv-noprint">{shown}</p>')
    return "\n".join(parts)


def _part(title: str, head: Sequence[str], rows: Sequence[str], *, level: int) -> str:
    top = f"<h{level}>{escaped(title)}</h{level}>" if title else ""
    if not rows:
        return f'{top}<p class="nv-empty">没有这样的件。<a href="../month.html">回月报</a></p>'
    names = "".join(f'<th scope="col">{escaped(name)}</th>' for name in head)
    return (
        f'{top}<div class="nv-scroll free"><table class="nv blocks"><thead><tr>{names}</tr></thead><tbody>'
        + "\n".join(rows)
        + "</tbody></table></div>"
    )
