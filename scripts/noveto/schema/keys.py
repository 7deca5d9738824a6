"""Missing, misspelt, foreign and misplaced keys: one verdict for each mistake of the writer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from noveto.schema.places import Path, Place, get
from noveto.schema.problems import Keys, Problems
from noveto.schema.show import show
from noveto.schema.suggest import nearest
from noveto.schema.tree import Node, Tree, options, title

Verdict = tuple[str, str, dict[str, Any]]
"""Code, key and the parameters of the finding's sentences."""

_FEW = 3  # missing keys told one by one; more are told in one sentence


@dataclass(frozen=True, slots=True)
class Loose:
    """Lines of the last step that lost their indentation and became keys of the whole file."""

    path: Path = ("", 0)
    keys: frozenset[str] = field(default_factory=frozenset)


def loose_entry(tree: Tree, problems: Problems, value: object) -> Loose:
    """Find step fields that stand at the outermost level although the last step lacks them."""
    log = get(value, ("log",))
    outer = problems.keys.get(())
    if not outer or not tree.steps or not isinstance(log, list) or not log:
        return Loose()
    fields = {key for node in tree.steps.values() for key in node["properties"]}
    last: Path = ("log", len(log) - 1)
    missing = problems.keys[last].missing if last in problems.keys else {}
    lost = [key for key in outer.extra if key in fields]
    return Loose(last, frozenset(lost)) if any(key in missing for key in lost) else Loose()


def judge_keys(here: Place, keys: Keys, loose: Loose) -> Iterator[Verdict]:
    """Yield a verdict for each mistake in the keys of the object ``here``."""
    tree, fields = here.tree, here.node.get("properties", {})
    given = get(here.value, here.path)
    present = set(given) if isinstance(given, Mapping) else set()
    missing = dict(keys.missing)
    other = _other_step(here, keys) if here.in_entry else ""
    if other:
        missing.clear()
    if here.path == loose.path:
        missing = {} if "step" in loose.keys else {k: why for k, why in missing.items() if k not in loose.keys}
    free = [(key, title(tree.resolve(node), key)) for key, node in fields.items() if key not in present]
    reported = False
    for key in keys.extra:
        meant = nearest(key, free)
        foreign = here.in_entry and key in _step_fields(tree)
        if here.path == () and key in loose.keys:
            yield "NV132", key, _extra(here, key, f"“{show(key)}”是步骤里的项，前面要空两格，写在那一步的“- at:”下面。")
        elif meant and not (foreign and meant not in missing):
            free = [pair for pair in free if pair[0] != meant]
            missing.pop(meant, None)
            name = title(tree.resolve(fields[meant]), meant)
            yield "NV131", key, {"inside": here.inside(), "key": show(key), "meant": meant, "title": name}
        elif foreign:
            if not (other and reported):
                yield "NV135", key, _foreign(here, key, other)
            reported = True
        else:
            yield "NV132", key, _extra(here, key, _where_it_belongs(here, key) or _perhaps(here, key, keys, missing))
    yield from _missing(here, missing)
    for key, why in keys.forbidden.items():
        name = title(tree.resolve(fields.get(key, {})), key)
        yield "NV146", key, {"inside": here.inside(), "condition": why, "key": key, "title": name}


def _missing(here: Place, missing: Mapping[str, str]) -> Iterator[Verdict]:
    tree, fields = here.tree, here.node.get("properties", {})
    plain = [key for key, why in missing.items() if not why]
    nodes = {key: tree.resolve(fields.get(key, {})) for key in missing}
    for key, why in missing.items():
        if why:
            params = {"inside": here.inside(), "condition": why, "key": key, "title": title(nodes[key], key)}
            yield "NV147", key, {**params, "hint": _add(key, nodes[key])}
    if len(plain) <= _FEW:
        for key in plain:
            name = title(nodes[key], key)
            yield "NV130", key, {"inside": here.inside(), "key": key, "title": name, "hint": _add(key, nodes[key])}
    else:
        names = "、".join(title(nodes[key], key) for key in plain)
        yield (
            "NV130",
            plain[0],
            {
                "inside": here.inside(),
                "key": "、".join(plain),
                "title": names,
                "hint": f"请把这 {len(plain)} 项补上，一项一行，照着样例写。",
            },
        )


def _add(key: str, node: Node) -> str:
    """Say which line to add for a missing key."""
    codes = options(node)
    if codes:
        if len(codes) == 1:
            return f"请加一行“{key}: {codes[0][0]}”。"
        return f"请加一行“{key}: …”，从这些里选一个：{listed(codes)}。"
    if example := node.get("examples"):
        return f"请加一行，如“{key}: {example[0]}”。"
    kind = node.get("type")
    if kind == "boolean":
        return f"请加一行“{key}: true”（是）或者“{key}: false”（否）。"
    if key == "log":
        return "请在最后加一行“log:”，冒号后面留空；有步骤的话写在它下面。"
    if kind == "array" or (isinstance(kind, list) and "array" in kind and "string" not in kind):
        return f"请加一行“{key}:”，下面一项一行，以“- ”开头。"
    if kind == "object":
        return f"请加一行“{key}:”，下面写：{'、'.join(named(node))}（每项前面空两格）。"
    return f"请加一行“{key}: …”，写上{title(node, '内容')}。"


def listed(codes: list[tuple[str, str]]) -> str:
    """List codes with their titles: general（一般事项）、special（特殊事项）."""
    return "、".join(f"{code}（{name}）" if name != code else code for code, name in codes)


def named(node: Node, most: int = 12) -> list[str]:
    """Name the keys an object may have, with their titles."""
    names = [
        f"{key}（{child['title']}）" if isinstance(child, Mapping) and "title" in child else key
        for key, child in node.get("properties", {}).items()
        if child is not False
    ]
    return names if len(names) <= most else [*names[:most], f"…共 {len(names)} 项"]


def _extra(here: Place, key: str, hint: str) -> dict[str, Any]:
    free = _allowed(here)
    return {"inside": here.inside(), "key": show(key), "allowed": "、".join(free), "hint": hint}


def _allowed(here: Place) -> list[str]:
    if not here.in_entry:
        return named(here.node)
    common = _common(here.tree)
    own = {key: child for key, child in here.node.get("properties", {}).items() if key not in common}
    optional = [key for key in common if key not in ("at", "by", "step")]
    return [*named({"properties": own}), *("at", "by", "step"), *optional]


def _common(tree: Tree) -> list[str]:
    return list((tree.entry or {}).get("properties", {}))


def _step_fields(tree: Tree) -> set[str]:
    common = set(_common(tree))
    return {key for node in tree.steps.values() for key in node["properties"] if key not in common}


def _other_step(here: Place, keys: Keys) -> str:
    """The one step whose fields an entry has, complete, when its ``step`` names another."""
    entry = get(here.value, here.path)
    common = set(_common(here.tree))
    if not isinstance(entry, Mapping) or not keys.extra:
        return ""
    own = [key for key in entry if key not in common]
    fits = [
        name
        for name, node in here.tree.steps.items()
        if name != entry.get("step")
        and all(key in node["properties"] for key in own)
        and all(key in entry for key in node["required"])
    ]
    return fits[0] if len(fits) == 1 else ""


def _foreign(here: Place, key: str, other: str) -> dict[str, Any]:
    steps = here.tree.steps
    owners = [name for name, node in steps.items() if key in node["properties"]]
    name = title(here.tree.resolve(steps[owners[0]]["properties"][key]), key)
    said = "、".join(f"“{steps[owner]['title']}”" for owner in owners[:3]) + ("等" if len(owners) > 3 else "")
    if other:
        hint = f"这一步写的几项正好是“{steps[other]['title']}”的，步骤是不是应当写 step: {other}？"
    else:
        hint = f"这一步可以写：{'、'.join(_allowed(here))}。请删掉“{key}:”，或者核对步骤名是不是选错了。"
    return {"inside": here.inside(), "key": key, "title": name, "others": said, "hint": hint}


def _where_it_belongs(here: Place, key: str) -> str:
    """Say where an unknown key belongs, when the schema knows it elsewhere."""
    tree = here.tree
    outer = tree.root.get("properties", {})
    if here.path and key in outer:
        if here.path[0] == "log" and tree.steps:
            return f"“{key}”是登记内容，不写在步骤里；登记后要改它，请加一步 corrected（更正）。"
        return f"“{key}”（{title(tree.resolve(outer[key]), key)}）要写在最外层，前面不空格。"
    homes = [path for path, _ in tree.fields() if path.endswith(f".{key}")]
    if not here.path and homes:
        owner = homes[0].rsplit(".", 1)[0]
        under = f"{owner}（{title(tree.find(owner), owner)}）"
        return f"“{key}”（{title(tree.find(homes[0]), key)}）要写在 {under}下面，前面空两格。"
    if not here.path and key in _step_fields(tree):
        return f"“{key}”是步骤里的项，前面要空两格，写在那一步的“- at:”下面。"
    return ""


def _perhaps(here: Place, key: str, keys: Keys, missing: Mapping[str, str]) -> str:
    """Say what to do with an unknown key: the only one may well be the only one that is missing."""
    drop = f"删掉“{show(key)}:”这一项；要说明的内容可以写在说明或者备注里。"
    if len(keys.extra) != 1 or len(missing) != 1:
        return f"请{drop}"
    meant = next(iter(missing))
    node = here.tree.resolve(here.node.get("properties", {}).get(meant, {}))
    if not _suits(node, get(here.value, (*here.path, key))):
        return f"请{drop}"
    return f"如果写的就是“{title(node, meant)}”，把“{show(key)}:”改成“{meant}:”；不是的话，{drop}"


def _suits(node: Node, value: object) -> bool:
    """Whether a value has at least the shape that a key asks for."""
    codes = [code for code, _ in options(node)]
    kind = node.get("type", "string")
    kinds = kind if isinstance(kind, list) else [kind]
    shape = {bool: "boolean", dict: "object", list: "array"}.get(type(value), "string")
    return value in codes if codes else shape in kinds
