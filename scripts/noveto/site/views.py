"""What the pages show, as plain values: templates and the case page know nothing of ledger, clocks or statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from noveto.words import Days, Said


@dataclass(frozen=True, slots=True)
class Built:
    """What every page says about itself: when the data was read, and what it was computed with.

    ``at`` is the time of the build (China time), ``today`` the day the statuses were computed for. ``version``,
    ``calendar`` and ``rules`` are short texts for the footer; ``help_phone`` the administrator's extension.
    """

    at: datetime
    today: date
    calendar: Days
    known_through: date
    version: str = ""
    rules: str = ""
    checked: str = ""
    help_phone: str = ""
    sample: bool = False


class Holder(NamedTuple):
    """Who has the case: organisation, person, office extension; ``note`` is added in plain weight."""

    org: str = ""
    name: str = ""
    ext: str = ""
    note: str = ""


class CaseRow(NamedTuple):
    """One case in a list: the two facts first (status with due day, holder), then the rest.

    ``marks`` are the internal marks that are due, ``coming`` those that a later day will bring.
    """

    id: str
    url: str
    status: Said
    due: date | None
    matter: str
    track: str
    stage: str
    holders: tuple[Holder, ...] = ()
    provisional: bool = False
    marks: tuple[Said, ...] = ()
    coming: tuple[Said, ...] = ()
    tags: tuple[str, ...] = ()
    unit: str = ""
    hall: str = ""
    county: str = ""
    raised: date | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure on top of a page: ``level`` late or today paints it; ``dues`` lets the browser count anew, and
    ``notes`` are what it says then where there are some and where there are none."""

    label: str
    value: str
    note: str
    url: str = ""
    level: str = ""
    dues: str = ""
    count: str = ""
    notes: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table. A number links to the list with exactly that many rows; ``said`` is a status, ``small``
    is added in soft ink, ``css`` a class of the stylesheet (``d``: never broken, ``ph``: a telephone in large type)."""

    text: str
    url: str = ""
    level: str = ""
    dues: str = ""
    count: str = ""
    small: str = ""
    said: Said | None = None
    css: str = ""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit on the home page."""

    name: str
    url: str
    cells: tuple[Cell, ...]
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """The home page.

    ``urgent`` holds the cases due first, whether late or not: on a later day the browser shows more of them.
    ``dues`` lists all open due days (see ``Figure.dues``).
    """

    figures: tuple[Figure, ...]
    urgent: tuple[CaseRow, ...]
    urgent_total: int
    open_total: int
    units: tuple[UnitLine, ...]
    earliest: str = ""
    dues: str = ""
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter with its count; a page of its own stands behind it, so it works without script."""

    key: str
    label: str
    css: str
    count: int
    url: str
    on: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A select box of a list: label, query key, and the options (value, text)."""

    label: str
    key: str
    options: tuple[tuple[str, str], ...]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class OpenList:
    """在办与超期, or a part of it; ``live`` are the filters that give the same part on another day."""

    title: str
    rows: tuple[CaseRow, ...]
    total: int
    chips: tuple[Chip, ...]
    choices: tuple[Choice, ...] = ()
    empty: str = ""
    csv: str = ""
    crumbs: tuple[tuple[str, str], ...] = ()
    live: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A plain table of statistics: head labels (numeric columns marked), rows of cells, an optional total. A
    ``narrow`` one of a name and a number stands in several columns beside each other."""

    head: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    caption: str = ""
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A titled table of a page, with a sentence before it and one for when it is empty; ``chart`` is SVG, ``fold`` the
    words behind which the table is folded away."""

    title: str
    table: Table
    note: str = ""
    text: str = ""
    empty: str = ""
    anchor: str = ""
    id: str = ""
    chart: str = ""
    fold: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a period is being looked over or frozen: the state in a few words, a sentence with links, objections and
    corrections as tables, what is wrong with it, and of frozen figures the day they are as of."""

    state: str
    note: str
    links: tuple[tuple[str, str], ...] = ()
    blocks: tuple[Block, ...] = ()
    bad: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """A period page of the statistics. ``late`` are the first of ``late_total``; ``scopes`` 全部, 市本级, 县区;
    ``held`` the quarantined records; ``capped`` says where longer lists are found; ``as_of`` the day of frozen
    figures, of others the browser says it."""

    title: str
    lead: str
    state: str
    figures: tuple[Figure, ...]
    table: Table
    note: str
    late: tuple[CaseRow, ...]
    reasons: Sequence[tuple[str, int]]
    reasons_total: int
    repeats: tuple[tuple[str, str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    downloads: tuple[tuple[str, str], ...] = ()
    terms: tuple[tuple[str, ...], ...] = ()
    charts: Mapping[str, str] = field(default_factory=dict)
    scopes: tuple[tuple[str, str], ...] = ()
    blocks: tuple[Block, ...] = ()
    late_total: int = 0
    late_url: str = ""
    held: tuple[str, ...] = ()
    as_of: str = ""
    held_url: str = ""
    capped: str = ""
    repeats_total: int = 0
    terms_url: str = ""
    main_terms: frozenset[str] = frozenset()
    standing: Standing | None = None
    standing_url: str = ""


@dataclass(frozen=True, slots=True)
class TablePage:
    """A page of tables. ``finder`` is the placeholder of a box that filters ``finder_table`` as one types; what to do
    when nothing is found stands in ``finder_none``, as texts with the links of some. ``script`` is an asset of its
    own, "" for none."""

    title: str
    blocks: tuple[Block, ...]
    lead: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    crumbs: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    finder: str = ""
    finder_table: str = ""
    finder_none: tuple[tuple[str, str], ...] = ()
    script: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """What a visitor is given to take along: for which matter, where to, when, whom to telephone."""

    matter: str
    unit: str
    windows: str
    where: str
    hours: str
    phone: str
    guide: str
    desk: str


@dataclass(frozen=True, slots=True)
class PlacePage:
    """A unit, window, hall or county: figures, open cases, what others ask of it, its tables."""

    name: str
    lead: str
    figures: tuple[Figure, ...]
    cases: tuple[CaseRow, ...]
    empty: str
    asked: tuple[CaseRow, ...] | None = None
    tags: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    crumbs: tuple[tuple[str, str], ...] = ()
