"""Names of groups: units, windows and halls from the registry, codes from the schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noveto import words

if TYPE_CHECKING:
    from noveto.records.registry import Registry
    from noveto.schema import Schemas

NONE = {
    "unit": "（不分单位）",
    "window": "（不分窗口）",
    "hall": "（不分大厅）",
    "county": "市本级",
    "track": "（不分类别）",
    "reason": "（不分原因）",
    "category": "（不分事项类别）",
}
_CODES = {"reason": "reason.main", "category": "matter.category", "cause": "log.0.root_cause"}
CAUSES = {
    "law_gap": "法规空白",
    "rule_conflict": "规定打架",
    "system": "系统问题",
    "data": "数据问题",
    "staffing": "人手不足",
    "training": "业务不熟",
    "applicant": "申请人原因",
    "history": "历史遗留",
}


class Labels:
    """Looks names up; an unknown id stands for itself."""

    def __init__(self, registry: Registry, schemas: Schemas) -> None:
        self.registry = registry
        self._titles = {name: _options(schemas, path) for name, path in _CODES.items()}

    def of(self, dimension: str, key: str) -> str:
        """Return the name of one value of a dimension."""
        if not key:
            return NONE.get(dimension, "（没有日期）")
        if dimension == "unit":
            return self.registry.unit_name(key)
        if dimension == "window":
            window = self.registry.windows.get(key)
            return window.name if window else key
        if dimension == "hall":
            hall = self.registry.halls.get(key)
            return hall.name if hall else key
        if dimension == "track":
            return words.TRACKS.get(key, key)
        if dimension == "result":
            return words.RESULTS.get(key, key)
        if dimension == "path":
            return words.PATHS.get(key, key)
        if dimension == "month":
            return f"{key[:4]} 年 {int(key[5:])} 月"
        if dimension == "quarter":
            return f"{key[:4]} 年 {key[-1]} 季度"
        if dimension == "year":
            return f"{key} 年"
        if dimension == "cause":
            return CAUSES.get(key, key)
        return self._titles.get(dimension, {}).get(key, key)


def _options(schemas: Schemas, path: str) -> dict[str, str]:
    try:
        return dict(schemas.options("case", path))
    except KeyError:
        return {}
