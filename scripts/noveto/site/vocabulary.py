"""Names and labels for the pages: people, windows and units from the registry, codes from the schemas."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from noveto.clocks.people import BODIES

if TYPE_CHECKING:
    from noveto.records.registry import Registry
    from noveto.schema import Schemas

CLOCKS = {
    "submit": "提交研究",
    "reply": "答复",
    "interim": "阶段答复",
    "approval": "报批",
    "filing": "报备",
    "consult": "征询回复",
    "escalate": "提级会商",
    "deliver": "送达申请人",
    "review": "中止复核",
    "licence_notice": "许可：一次告知",
    "licence_decision": "许可：作出决定",
    "licence_delivery": "许可：送达",
    "complaint": "答复反映人",
}

OWED = {
    "submit": "交单位领导研究",
    "reply": "答复申请人",
    "interim": "给申请人阶段答复",
    "approval": "定下同不同意否决",
    "filing": "报备市数据资源管理局",
    "consult": "回复征询",
    "escalate": "提级",
    "deliver": "把登记表给申请人",
    "review": "复核是否恢复计时",
    "licence_notice": "一次告知要补的材料",
    "licence_decision": "作出许可决定",
    "licence_delivery": "送达许可决定",
    "complaint": "答复反映人",
}

RULE_ANCHORS = {
    "submit": "submit",
    "reply": "reply",
    "interim": "interim",
    "approval": "approval",
    "filing": "filing",
    "consult": "consult",
    "escalate": "escalate",
    "deliver": "deliver",
    "review": "suspension",
    "licence_notice": "licence",
    "licence_decision": "licence",
    "licence_delivery": "licence",
    "complaint": "complaint",
}
"""Where guide/time/rules.html tells how a clock is counted."""


class Vocabulary:
    """Looks up names; unknown ids stand for themselves, so a page never fails for a missing name."""

    def __init__(self, registry: Registry, schemas: Schemas, today: date) -> None:
        self.registry = registry
        self.schemas = schemas
        self.today = today
        self.unit = lru_cache(maxsize=None)(self._unit)
        self.unit_short = lru_cache(maxsize=None)(self._unit_short)
        self.window = lru_cache(maxsize=None)(self._window)
        self.options = lru_cache(maxsize=None)(self._options)

    # -- labels ---------------------------------------------------------------------------------------

    def _options(self, kind: str, path: str) -> dict[str, str]:
        try:
            return dict(self.schemas.options(kind, path))
        except KeyError:
            return {}

    def word(self, path: str, code: object, kind: str = "case") -> str:
        """The Chinese title of a code at a field's path; the code itself where the schema has none."""
        return self.options(kind, path).get(str(code), str(code))

    # -- registry -------------------------------------------------------------------------------------

    def _unit(self, key: str) -> str:
        return self.registry.unit_name(key)

    def _unit_short(self, key: str) -> str:
        unit = self.registry.units.get(key)
        return unit.short if unit else key

    def _window(self, key: str) -> str:
        window = self.registry.windows.get(key)
        return window.name if window else key

    def hall_of(self, window: str) -> str:
        """The id of a window's hall, "" when unknown."""
        found = self.registry.windows.get(window)
        return found.hall if found else ""

    def county_of(self, unit: str) -> str:
        """The county code of a unit, "" for city bodies."""
        found = self.registry.units.get(unit)
        return found.county if found else ""

    def person(self, key: str) -> str:
        """The name of a member of staff."""
        return self.registry.person_name(key)

    def full_person(self, key: str) -> str:
        """Organisation and name: 人社局 王主任."""
        person = self.registry.staff.get(key)
        return f"{self.unit_short(person.unit)} {person.name}" if person else key

    def party(self, key: str) -> str:
        """A unit by its short name, a person with organisation and name."""
        return self.full_person(key) if key in self.registry.staff else self.unit_short(key)

    def role_of(self, key: str) -> str:
        """The role of a member of staff, "" when unknown."""
        person = self.registry.staff.get(key)
        return person.role if person else ""

    def body(self, key: str) -> str:
        """The name of a body of the mechanism: 营商办, a superior, the unit's own leadership."""
        office = self.registry.office
        if key == "yingshangban" and office.yingshangban.name:
            return office.yingshangban.name
        return BODIES.get(key, key)
