"""Masked names: of natural persons and sole traders only the surname may stand in a record (王**).

Names of enterprises and organisations are public and stay whole. A full name inside a free text cannot be
told from other words and is not looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from noveto.checks.common import Locate, Path, dotted
from noveto.checks.personal import personal_numbers
from noveto.findings import Finding, make
from noveto.schema.suggest import half_width

_COMPOUND = frozenset(
    re.findall(
        "..",
        "欧阳上官司马诸葛东方皇甫尉迟公孙慕容令狐司徒司空夏侯长孙宇文轩辕端木独孤南宫西门百里呼延淳于单于太史申屠公冶"
        "钟离闾丘澹台濮阳赫连拓跋万俟闻人第五仲孙鲜于亓官司寇子车颛孙巫马公西漆雕乐正公良段干东郭南门羊舌微生梁丘左丘东门",
    )
)
_COMMON = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "章詹鲍桂柯操佘檀舒纪阮储疏"
)
_ONE = re.compile(
    r"(?:[\u3400-\u9fffA-Za-z](?:\*{1,4}(?:·\*{1,6})*|某{1,2})|[\u3400-\u9fff](?:先生|女士|同学|师傅)"
    r"|[A-Za-z]\*+(?: [A-Za-z]?\*+)*|\*{2,6})"
)
"""A masked name; of a compound surname the last character counts."""
_ROLE = re.compile(
    r"(?:法定代表人|法人|代理人|代办人|委托人|申请人|负责人|经营者|家属|监护人|本人|父亲|母亲|父母|配偶|子女|老人|未成年人|学生)"
)
_OWNER = re.compile(r"^(?:经营者|负责人|业主|店主|投资人|户主)[:：]?")
_BRACKETS = re.compile(r"[(（]([^()（）]*)[)）]")
_SIGNS = str.maketrans("＊×✱﹡•・", "****··")
_USUAL = re.compile(r"[0-9]{3,4}\*{4}[0-9]{3,4}")
_NO_CONTACT = re.compile(r"[^0-9A-Za-z@]+")

_NAMELESS = frozenset({"匿名", "无名", "佚名", "不详", "未知", "保密", "无", "未留", "某人", "不愿透露姓名"})

_HOLDERS = {"applicant": "被否定对象", "complainant": "反映人"}


def name_findings(value: Mapping[str, Any], *, file: str, locate: Locate) -> Iterator[Finding]:
    """Yield NV611-NV613 for unmasked names and contacts of the applicant or complainant.

    ``value`` is the record as written: a name that a later correction replaces still stands in the file.
    """
    for holder, who in _HOLDERS.items():
        party = value.get(holder)
        if not isinstance(party, Mapping):
            continue
        kind = str(party.get("kind", "person"))  # a complainant who is not told apart is masked like a person
        for key in ("name", "contact"):
            if key in party:
                yield from _judge(kind, key, str(party[key]), (holder, key), who, file, locate)
        for index, entry in enumerate(value.get("log") or ()):
            if entry["step"] == "corrected" and str(entry["field"]).split(".", 1)[0] == holder:
                yield from _corrected(entry, kind, holder, ("log", index), who, file, locate)


def _corrected(
    entry: Mapping[str, Any], kind: str, holder: str, at: Path, who: str, file: str, locate: Locate
) -> Iterator[Finding]:
    field = str(entry["field"])
    for key in ("was", "now"):
        given = entry.get(key)
        if isinstance(given, Mapping):
            for part in ("name", "contact"):
                if part in given:
                    yield from _judge(str(given.get("kind", kind)), part, str(given[part]), (*at, key, part), who, file,
                                      locate)  # fmt: skip
        elif isinstance(given, str) and field in (f"{holder}.name", f"{holder}.contact"):
            yield from _judge(kind, field.split(".")[1], given, (*at, key), who, file, locate)


def _judge(kind: str, key: str, text: str, path: Path, who: str, file: str, locate: Locate) -> Iterator[Finding]:
    if key == "contact":
        if not is_masked_contact(text) and not personal_numbers(text):  # a number in full has a code of its own
            line, column = locate(path)
            yield make("NV613", file=file, line=line, column=column, field=dotted(path), who=who, value=_hide(text))
        return
    code = {"person": "NV611", "sole_trader": "NV612"}.get(kind)
    if code is None or (is_masked_person(text) if kind == "person" else is_masked_trader(text)):
        return
    line, column = locate(path)
    shown = mask_name(text)
    mend = f"请把姓名写成 {shown}，全名只存密封册。"
    if text.strip() in _NAMELESS:
        mend = "不愿留姓名的，对象类别（kind）写 anonymous（匿名），姓名、联系方式两项不写。"
    yield make(code, file=file, line=line, column=column, field=dotted(path), who=who, value=shown, mend=mend)


def is_masked_person(name: str) -> bool:
    """Whether only the surname of a person (or of several: 王**、"
    "李**) can be read: 王**, 欧阳*, 王某, 王女士, J***."""
    plain = name.translate(_SIGNS).strip()
    for inner in _BRACKETS.findall(plain):
        if not (_ROLE.fullmatch(inner) or _is_one(_OWNER.sub("", inner))):
            return False
    plain = re.sub(r"等(?:[0-9一二三四五六七八九十]+(?:人|户|名))?$", "", _BRACKETS.sub("", plain))
    parts = [part for part in re.split(r"[、,，;；和及与]+", plain) if part.strip()]
    return bool(parts) and all(_is_one(part.strip()) for part in parts)


def _is_one(name: str) -> bool:
    return _ONE.fullmatch(name[1:] if name[:2] in _COMPOUND else name) is not None


def is_masked_trader(name: str) -> bool:
    """Whether a sole trader's name is masked: 某餐馆, 王**, 某餐馆(王**), but not 某餐馆(王小明)."""
    plain = name.translate(_SIGNS).strip()
    if "*" not in plain and "某" not in plain:
        return False
    return not any(_names_person(inner.strip()) for inner in _BRACKETS.findall(plain))


def _names_person(inner: str) -> bool:
    owner = _OWNER.sub("", inner)
    if "*" in owner or "某" in owner or not re.fullmatch(r"[\u3400-\u9fff·]{2,4}", owner):
        return False
    return owner != inner or owner[0] in _COMMON or owner[:2] in _COMPOUND


def is_masked_contact(contact: str) -> bool:
    """Whether a contact hides at least three characters (138****1111, 0566****123) or says there is none (无)."""
    if _USUAL.fullmatch(contact):
        return True
    plain = contact.translate(_SIGNS)
    if re.search(r"\*{3,}|(?<=[0-9])[xX]{3,}", plain):
        return sum(map(str.isdigit, plain)) <= 8
    return bool(_NO_CONTACT.fullmatch(plain))


def mask_name(name: str) -> str:
    """Return ``name`` as it may be shown: the surname and two stars."""
    plain = half_width(name).strip()
    return f"{plain[: 2 if plain[:2] in _COMPOUND and len(plain) > 2 else 1]}**"


def _hide(contact: str) -> str:
    return f"{contact[:3]}****" if len(contact) > 4 else "****"
