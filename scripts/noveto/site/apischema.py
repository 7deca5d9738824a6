"""JSON Schemas of the interface, published beside the files."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def _field(title: str, kind: str | list[str] = "string", **more: Any) -> Schema:
    return {"title": title, "type": kind, **more}


_DAY = {"format": "date"}
CASE: dict[str, Schema] = {
    "id": _field("编号", pattern="^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*-[0-9]{8}-[0-9]{2,4}$"),
    "unit": _field("首问单位编号"),
    "window": _field("窗口编号"),
    "raised": _field("登记日", **_DAY),
    "matter": _field("事项"),
    "matter_id": _field("事项编号"),
    "category": _field("事项类别"),
    "track": _field("类别", enum=["general", "special", "cross_department"]),
    "reason": _field("卡在哪里（代码）"),
    "status": _field("状态", enum=["open", "suspended", "answered", "closed"]),
    "stage": _field("环节（代码）"),
    "result": _field("结果（代码）", ["string", "null"]),
    "path": _field("怎么办成的（代码）", ["string", "null"]),
    "outcome": _field("结果", ["string", "null"]),
    "ended": _field("答复或了结日", ["string", "null"], **_DAY),
    "due": _field("到期日", ["string", "null"], **_DAY),
    "days_late": _field("迟了几个工作日", "integer", minimum=0),
    "on_time": _field("按时答复", ["boolean", "null"]),
    "used": _field("用了几个工作日", ["integer", "null"], minimum=0),
    "vetoes": _field("拟否决次数", "integer", minimum=0),
    "decided": _field("单位定过几次", "integer", minimum=0),
    "rejected": _field("不同意否决几次", "integer", minimum=0),
    "entered_late": _field("最多晚几个工作日入库", "integer", minimum=0),
    "sensitive": _field("敏感，情况不显示", "boolean"),
    "page": _field("网页，相对于网站首页"),
}


def _object(properties: dict[str, Schema], title: str) -> Schema:
    return {"title": title, "type": "object", "required": list(properties), "properties": properties}


def _document(properties: dict[str, Schema], title: str) -> Schema:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return head | _object({"api": {"const": 1}} | properties, title)


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _row(*items: Schema) -> Schema:
    return {"type": "array", "prefixItems": list(items), "items": False, "minItems": len(items)}


_COUNT = _field("件数", "integer", minimum=0)
_FILE = _field("文件，相对于 api/v1")
SCHEMAS: dict[str, Schema] = {
    "cases.schema.json": _document(
        {"month": _field("登记的月份", pattern="^[0-9]{4}-[0-9]{2}$"), "cases": _list(_object(CASE, "一件"))},
        "一个月登记的件",
    ),
    "unit.schema.json": _document(
        {
            "id": _field("单位编号"),
            "name": _field("名称"),
            "short": _field("简称"),
            "level": _field("级别", enum=["city", "county", "park"]),
            "county": _field("县区", ["string", "null"]),
            "phone": _field("电话", ["string", "null"]),
            "windows": _list(_object({"id": _field("窗口编号"), "name": _field("名称")}, "窗口")),
            "cases": _COUNT,
            "open": _list(_field("在办的件的编号")),
            "calendar": _FILE,
            "page": _field("网页，相对于网站首页"),
        },
        "一个单位",
    ),
    "quarantined.schema.json": _document(
        {
            "files": _list(
                _object(
                    {
                        "file": _field("文件"),
                        "findings": _list(
                            _object(
                                {"line": _field("行，0 为不知道", "integer"), "code": _field("代码"),
                                 "message": _field("哪里不对")},
                                "一处",
                            )
                        ),
                    },
                    "一个文件",
                )
            )
        },
        "记录有误、没有计入的文件",
    ),
    "calendar.schema.json": _document(
        {
            "known_through": _field("放假通知管到哪一天，以后的暂定", **_DAY),
            "years": _list(_field("录入了通知的年", "integer")),
            "sha256": _field("日历文件的校验值"),
            "rest": _list(
                _row(_field("为什么休息"), _field("从哪天起", **_DAY), _field("连休几天", "integer", minimum=1))
            ),
            "work": _list(_row(_field("调休上班的周末", **_DAY), _field("为了哪个节"))),
        },
        "工作日历：没有列出的，周一到周五上班，周末休息",
    ),
    "rules.schema.json": _document(
        {
            "sha256": _field("规则文件的校验值"),
            "entries": _list(
                _object(
                    {
                        "from": _field("从哪天登记的件起", **_DAY),
                        "cite": _field("依据"),
                        "limits": {
                            "title": "期限，按名称",
                            "type": "object",
                            "additionalProperties": _object(
                                {
                                    "days": _field("天数", "integer", minimum=0),
                                    "unit": _field("工作日还是自然日", enum=["workdays", "calendar_days"]),
                                    "cite": _field("依据"),
                                },
                                "一项期限",
                            ),
                        },
                    },
                    "一次规则",
                )
            ),
        },
        "各项期限",
    ),
    "index.schema.json": _document(
        {
            "at": _field("数据的时间（北京时间）"),
            "today": _field("按哪一天计算", **_DAY),
            "version": _field("台账的提交号"),
            "calendar": {"type": "object"},
            "rules": {"type": "object"},
            "months": _list(_object({"month": _field("月份"), "count": _COUNT, "file": _FILE}, "一个月")),
            "years": _list(_object({"year": _field("年", "integer"), "count": _COUNT, "file": _FILE}, "一年的表格")),
            "units": _list(_object({"id": _field("单位编号"), "name": _field("名称"), "file": _FILE}, "单位")),
            "open": _FILE,
            "quarantined": _FILE,
            "schemas": _list(_FILE),
            "changelog": _FILE,
        },
        "目录：有哪些文件",
    ),
}  # fmt: skip
"""File name below api/v1 -> schema."""
