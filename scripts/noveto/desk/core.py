"""What the pages share: the ledger, the queue and its worker, the sealed register, drafts, templates."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noveto import words
from noveto.desk.drafts import Drafts
from noveto.desk.mainline import Mainline
from noveto.desk.office import Office
from noveto.desk.outside import Outside
from noveto.desk.people import Person, staff_person
from noveto.desk.queue import Act, Queue
from noveto.desk.ready import Ready
from noveto.desk.sealed import Sealed
from noveto.desk.seen import Seen
from noveto.desk.settings import Settings
from noveto.desk.worker import Worker

if TYPE_CHECKING:
    from jinja2 import Environment

Landed = Callable[[Sequence[Ready]], None]


class Desk:
    """Everything the pages share."""

    def __init__(self, settings: Settings, *, landed: Landed = lambda _: None) -> None:
        self.settings = settings
        self.main = Mainline.of(settings.root)
        self.office = Office(self.main)
        self.office.renew(settings.today)
        settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.outside = Outside(settings, self.main)
        self.queue = Queue.open(settings.state / "queue.db")
        self.drafts = Drafts.open(settings.state / "drafts.db", settings.secret, days=lambda: self.draft_days)
        self.seen = Seen.open(settings.state / "seen.db", settings.now)
        centre = self.office.registry.office.centre.unit
        self.sealed = Sealed.open(settings.sealed, callers=frozenset({centre} - {""}))
        self.worker = Worker(settings, self.main, self.office, self.queue, landed=landed, numbered=self.numbered)

    def person(self, staff: str) -> Person | None:
        """Return the person of a session, as the staff list of main has her today."""
        self.office.glance(self.settings.today)
        return staff_person(self.office.registry, staff, self.settings.today)

    def numbered(self, act: Act, number: str) -> None:
        """Give the sealed entry of a new record its final number."""
        sealed = act.payload.get("sealed")
        if sealed:
            self.sealed.assign(str(sealed["ref"]), number, act.staff, str(sealed["unit"]))

    def ref(self, key: str) -> str:
        """Return the sealed register's key for the form with this key: random to everybody else, the same each time."""
        made = hmac.new(self.settings.secret, f"ref {key}".encode(), hashlib.sha256).digest()
        return base64.b32encode(made)[:10].decode().lower()

    @property
    def draft_days(self) -> int:
        """How many days a draft is kept after it was last saved, as the rules of main say today."""
        return self.office.context.rules.for_day(self.settings.today).retention["draft_days"]

    @cached_property
    def help_phone(self) -> str:
        """Whom to call when nothing works."""
        return self.office.registry.office.help_phone

    def post(self, person: Person) -> str:
        """Return where somebody sits: 人社局 · 社保 3 号窗口."""
        registry = self.office.registry
        unit = registry.units.get(person.unit)
        window = registry.windows.get(person.windows[0]) if person.windows else None
        place = [unit.short if unit else person.unit]
        if window is not None:
            place.append(window.name)
        else:
            role = dict(self.office.context.schemas.options("staff", "staff.role")).get(person.role, "")
            name = unit.name if unit else ""
            named = max(n for n in range(len(role) + 1) if name.endswith(role[:n]))
            place.append(role[named:])  # the unit is not named twice
        return " · ".join(part for part in place if part)

    def render(self, template: str, me: Person | None, csrf: str, **values: Any) -> str:
        """Return a page as text, for ``me`` (None: nobody is signed in) and with the token of her session."""
        settings, registry = self.settings, self.office.registry
        today, calendar = settings.today, self.office.context.calendar
        known: dict[str, Any] = {
            "title": "办件台",
            "tab": "",
            "me": me,
            "me_place": self.post(me) if me else "",
            "csrf": csrf if me else "",
            "idle": settings.idle_minutes if me else 0,
            "help": self.help_phone,
            "may_keep": me is not None and bool(self.office.rights.kept_units(me.id, today)),
            "may_register": me is not None and me.role in ("clerk", "head"),
            "unit": lambda key: registry.units[key].short if key in registry.units else key,
            "day": lambda day: words.short(day, today=today, cal=calendar) if day else "—",
            "today_words": words.headline_day(today, calendar),
        }
        made = environment()
        made.filters["person"] = registry.person_name
        return made.get_template(template).render(**(known | values))


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates: everything escaped, undefined names are errors."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from noveto import words
    from noveto.site.render import badge, holders, unbroken

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(badge=badge, holders=holders, words=words)
    made.filters["unbroken"] = unbroken
    return made
