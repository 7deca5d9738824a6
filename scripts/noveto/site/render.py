"""From views to HTML: the few helpers that badge, date and link, and the jinja environment that knows them.

Everything returned is escaped; nothing here writes an inline style or script (the policy forbids both).
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from noveto import words
from noveto.site.views import Built, CaseRow, Holder
from noveto.words import Said

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"

escaped = lru_cache(maxsize=1 << 16)(html.escape)
"""``html.escape`` that remembers: names, labels and matters come again by the thousand."""


_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def unbroken(text: str) -> Markup:
    """Return a text escaped, its days in spans that do not break at the end of a line."""
    shown = _DAY.sub(r'<span class="nv-nb">\g<0></span>', escaped(text))
    return Markup(shown)  # noqa: S704 - escaped above


def badge(said: Said, *, early: bool = False) -> Markup:
    """Return a status as HTML: shape and colour by class, words as text, the due day for the browser.

    One that is told too ``early`` is hidden until its day.
    """
    data = ""
    if said.due is not None:
        data = f' data-due="{said.due.isoformat()}"'
        if said.kind != "due":
            data += f' data-kind="{said.kind}"'
    if early:
        data += " data-early hidden"
    return Markup(f'<span class="nv-st {said.css}"{data}>{escaped(said.words)}</span>')  # noqa: S704


def holder(who: Holder) -> Markup:
    """Return a holder: organisation and person in bold by the column, extension and note in plain weight."""
    name = escaped(" ".join(part for part in (who.org, who.name) if part))
    ext = f' <span class="nv-ext">{escaped(who.ext)}</span>' if who.ext else ""
    note = f'<span class="nv-soft nv-norm">，{escaped(who.note)}</span>' if who.note else ""
    return Markup(f"{name}{ext}{note}")  # noqa: S704


def holders(row: CaseRow) -> Markup:
    """Return all holders of a row; 已答复 stands where nobody has to act."""
    if not row.holders:
        return Markup('<span class="nv-soft">—</span>')
    return Markup("、").join(holder(who) for who in row.holders)


def _tags(row: CaseRow) -> str:
    return "".join(f' <span class="nv-tag">{escaped(tag)}</span>' for tag in row.tags)


def _data(row: CaseRow) -> str:
    """Return the attributes by which the browser filters a row."""
    places = (("unit", row.unit), ("hall", row.hall), ("county", row.county))
    found = "".join(f' data-{name}="{escaped(value)}"' for name, value in places if value)
    return f'data-id="{escaped(row.id)}" data-track="{escaped(row.track)}" data-stage="{escaped(row.stage)}"{found}'


@dataclass(frozen=True)
class Renderer:
    """Renders pages of one build."""

    built: Built

    def case_row(self, row: CaseRow, root: str, ids: bool, tracks: bool, hide: bool) -> Markup:
        """Return a row of a list of cases; by hand, for a build has a hundred thousand of them."""
        link = f'href="{root}{escaped(row.url)}"'
        number = f'<td class="i c-i"><a {link}>{escaped(row.id)}</a></td>' if ids else ""
        track = f'<td class="d c-t">{escaped(row.track)}</td>' if tracks else ""
        quiet = 'class="q" ' if ids else ""
        marks = "".join(f" {badge(said)}" for said in row.marks)
        marks += "".join(f" {badge(said, early=True)}" for said in row.coming)
        return Markup(  # noqa: S704 - every text was escaped above or is here
            f'<tr {_data(row)}{" hidden" if hide else ""}><td class="d c-s">{badge(row.status)}</td>'
            f'<td class="d c-d">{self.day(row.due, provisional=row.provisional, none="不计时")}</td>{number}'
            f'<td class="c-m"><a {quiet}{link}>{escaped(row.matter)}</a>{_tags(row)}</td>{track}'
            f'<td class="c-g">{escaped(row.stage)}{marks}</td><td class="h c-h">{holders(row)}</td></tr>\n'
        )

    def day(self, day: date | None, *, provisional: bool = False, none: str = "—") -> Markup:
        """Return a day as lists say it: 10-14 周三, marked 暂定 past the last known notice."""
        if day is None:
            return Markup(f'<span class="nv-soft">{escaped(none)}</span>')  # noqa: S704
        text = words.short(day, today=self.built.today, cal=self.built.calendar)
        if not provisional:
            return Markup(text)  # noqa: S704 - digits and weekday names only
        return Markup(f"{text}{self.provisional}")  # noqa: S704

    @cached_property
    def provisional(self) -> Markup:
        """The suffix 暂定 with its help text."""
        return Markup(  # noqa: S704
            f'<span class="nv-prov" title="{escaped(words.provisional_help(self.built.known_through))}">'
            f"{words.PROVISIONAL}</span>"
        )

    @cached_property
    def environment(self) -> Environment:
        """The jinja environment: everything escaped, undefined names are errors."""
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        made = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.globals.update(
            badge=badge,
            holder=holder,
            holders=holders,
            case_row=self.case_row,
            day=self.day,
            built=self.built,
            words=words,
            headline_day=words.headline_day(self.built.today, self.built.calendar),
            shown_at=self.shown_at,
        )
        return made

    @cached_property
    def shown_at(self) -> str:
        """The time of the data: 08:30 when built today, else 10-08 17:30."""
        at = self.built.at
        return at.strftime("%H:%M" if at.date() == self.built.today else "%m-%d %H:%M")

    def text(self, value: str) -> str:
        """Escape a text."""
        return escaped(value)

    def page(self, template: str, *, root: str, **values: Any) -> str:
        """Render a template to the HTML of a page's body; ``root`` leads from the page to the site's root."""
        return self.environment.get_template(template).render(root=root, **values)

    def foot(self) -> str:
        """Return the footer: what all pages were computed by. Version and time of the data are added by script
        (assets/noveto-built.js), so that an unchanged page stays the same file."""
        parts = [f"日历至 {self.built.known_through.isoformat()}", self.built.rules]
        return "<span>" + escaped(" · ".join(part for part in parts if part)) + "</span>"
