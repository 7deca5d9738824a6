"""A record's text along the line: deletions, renamings, links, rewritten text, approved redactions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from noveto.findings import Finding, make
from noveto.history.past import Past, day_of
from noveto.ledger import Version
from noveto.ledger.judge import items_by_stamp, judge, stamp
from noveto.ledger.places import id_of, kind_of
from noveto.source import check_append

_TRAILER = re.compile(r"^(Redacts|Old-Blob|Approver|Reason): *(\S.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Redaction:
    """What the trailers of a commit say of one approved removal of personal data."""

    path: str
    old_blob: str
    approver: str
    reason: str


def redactions(message: str) -> list[Redaction]:
    """Read the redactions a commit message declares; missing trailers stay empty."""
    found: list[dict[str, str]] = []
    for name, value in _TRAILER.findall(message):
        if name == "Redacts" or not found:
            found.append({})
        found[-1].setdefault(name, value.strip())
    return [
        Redaction(one.get("Redacts", ""), one.get("Old-Blob", ""), one.get("Approver", ""), one.get("Reason", ""))
        for one in found
    ]


def only_grew(versions: Sequence[Version], oid: str, stamps: bytes) -> bool:
    """Return whether the stamps of the present content prove that a path was added once and only ever grew.

    False means nothing but that the versions have to be read.
    """
    known = items_by_stamp(stamps)
    held = -1
    for n, version in enumerate(versions):
        if version.status != ("A" if n == 0 else "M") or version.mode != "100644":
            return False
        items = len(known) if version.oid == oid else known.get(stamp(version.oid))
        if items is None or items <= held:
            return False
        held = items
    return bool(versions) and versions[-1].oid == oid


def text_findings(past: Past, path: str, versions: Sequence[Version]) -> Iterator[Finding]:
    """Yield what is wrong with the versions of one record, read one after another.

    The base is the last version that was form-valid under the schemas of the commit that brought it; after a
    finding, and after an approved redaction, the new text is the base.
    """
    kind = kind_of(path)
    base: bytes | None = None
    for version in versions:
        if version.status == "D" or not version.oid:
            if base is not None:
                yield _gone(past, path, version, base)
            continue
        if not version.mode.startswith("100"):
            yield _told(past, make("NV512", file=path, **_where(past, version)), version)
            continue
        data = past.content(version.oid)
        judged, _, _ = judge(data, kind, past.schemas(version.commit), past.repo.object_format)
        if base is not None:
            yield from _compare(past, path, kind, version, base, data)
        if judged.ok:
            base = data


def _compare(past: Past, path: str, kind: str, version: Version, base: bytes, data: bytes) -> Iterator[Finding]:
    broken = [found for found in check_append(base, data, file=path) if found.code.startswith("NV50")]
    if not broken:
        return
    said = redactions(past.message(version.commit))
    if not said:
        if version.status == "A":
            yield make("NV513", file=path, id=id_of(path), **_where(past, version))
        yield from (_told(past, found, version) for found in broken)
        return
    one = next((one for one in said if one.path == path), said[0])
    wrong = _redaction_fault(past, path, kind, version, one, base, data)
    if wrong:
        yield make("NV528", file=path, problem=wrong, **_where(past, version))
        yield from (_told(past, found, version) for found in broken)
    else:
        yield make("NV527", file=path, approver=one.approver, reason=one.reason, **_where(past, version))


def _redaction_fault(
    past: Past, path: str, kind: str, version: Version, said: Redaction, base: bytes, data: bytes
) -> str:
    """Return why a declared redaction is not accepted, "" when it is."""
    from noveto.source import load

    lacks = [
        name
        for name, value in (("Redacts", said.path), ("Old-Blob", said.old_blob), ("Approver", said.approver),
                            ("Reason", said.reason))
        if not value
    ]  # fmt: skip
    if lacks:
        return f"提交说明里缺 {'、'.join(lacks)}"
    if said.path != path:
        return f"提交说明写的是 {said.path}，不是这个文件"
    before = past.repo.blob_id(base)
    if said.old_blob != before:
        return f"Old-Blob 写的是 {said.old_blob[:10]}，遮去以前的文本是 {before[:10]}"
    judged, _, _ = judge(data, kind, past.schemas(version.commit), past.repo.object_format)
    if not judged.ok:
        return "遮去以后的文本格式有错"
    old, new = load(base, file=path).value, load(data, file=path).value
    if not isinstance(old, dict) or not isinstance(new, dict):
        return "文本读不出来"
    commit = past.commit(version.seq)
    rights = past.rights(past.era(version.seq))
    if not rights.may_approve_redaction(kind, old, said.approver, day_of(commit)):
        return f"批准人 {said.approver} 没有批准的权限"
    return beyond_redaction(old, new)


def beyond_redaction(old: dict[str, Any], new: dict[str, Any]) -> str:
    """Return what a redaction changed that no removal of personal data may change, "" for nothing.

    Days, ids, steps and decisions stay; steps stay in number and order, new ones may follow.
    """
    for key in ("id", "unit", "hall", "raised", "received", "opened", "accepted", "track", "window", "clerk"):
        if old.get(key) != new.get(key):
            return f"改了“{key}”，这一栏不含个人信息"
    was, now = old.get("log") or [], new.get("log") or []
    assert isinstance(was, list)  # noqa: S101 - form-valid
    assert isinstance(now, list)  # noqa: S101 - form-valid
    if len(now) < len(was):
        return "少了步骤"
    for n, (one, other) in enumerate(zip(was, now, strict=False), 1):
        for key in ("at", "by", "step", "recorded_by", "result", "decision", "from", "due_by", "review_by", "track"):
            if one.get(key) != other.get(key):
                return f"改了第 {n} 步的“{key}”，这一栏不含个人信息"
    return ""


def _gone(past: Past, path: str, version: Version, base: bytes) -> Finding:
    """Tell a deletion from a renaming or renumbering: the same commit brings a record with nearly the same text."""
    here = _where(past, version)
    for other, oid in past.added_by(version.seq):
        if kind_of(other) == kind_of(path) and other != path and _alike(base, past.content(oid)):
            code = "NV511" if id_of(other) == id_of(path) else "NV514"
            return make(code, file=path, to=other, id=id_of(path), new=id_of(other), **here)
    return make("NV510", file=path, **here)


def _alike(one: bytes, other: bytes) -> bool:
    mine, theirs = set(one.splitlines()), set(other.splitlines())
    return len(mine & theirs) * 10 >= len(mine) * 6


def _told(past: Past, found: Finding, version: Version) -> Finding:
    """Say in which commit a finding of the text was made."""
    where = _where(past, version)
    return replace(found, message=f"提交 {where['commit']}（{where['day']}，{where['author']}）：{found.message}")


def _where(past: Past, version: Version) -> dict[str, Any]:
    commit = past.commit(version.seq)
    return {"commit": commit.short, "day": day_of(commit).isoformat(), "author": commit.author}
