"""A record's text along the line: deletions, renamings, links, rewritten text, approved redactions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from noveto.findings import Finding, make
from noveto.history.past import Past
from noveto.history.pushed import day_of
from noveto.history.redactions import Redaction, beyond_redaction, redactions
from noveto.ledger import Change
from noveto.ledger.judge import items_by_stamp, judge, stamp
from noveto.ledger.places import id_of, kind_of
from noveto.source.append import check_append


def growth(versions: Sequence[Change], oid: str, stamps: bytes) -> list[int]:
    """Return how many log entries each version of a path held, where the stamps of the present content prove that it
    was added once and only ever grew. Empty means nothing but that the versions have to be read."""
    known = items_by_stamp(stamps)
    counts: list[int] = []
    held = -1
    for _, status, mode, name in versions:
        if status != ("M" if counts else "A") or mode != "100644":
            return []
        items = len(known) if name == oid else known.get(stamp(name))
        if items is None or items <= held:
            return []
        counts.append(items)
        held = items
    return counts if counts and versions[-1].oid == oid else []


def is_file(version: Change) -> bool:
    """Return whether a version is an ordinary file, and neither a link nor another repository."""
    return version.mode.startswith("100")


_KINDS = {"120000": "链接", "160000": "别的仓库（子模块）", "100755": "可执行文件"}


def text_findings(past: Past, path: str, versions: Sequence[Change]) -> Iterator[Finding]:
    """Yield what is wrong with the versions of one record, read one after another.

    The base is the last version that was form-valid under the schemas of the commit that brought it; after a
    finding, and after an approved redaction, the new text is the base.
    """
    kind = kind_of(path)
    base: bytes | None = None
    mode = ""
    for version in versions:
        if version.status == "D" or not version.oid:
            if base is not None:
                yield _gone(past, path, version, base)
            continue
        if version.mode != mode and (what := _KINDS.get(version.mode, "")):
            yield make("NV512", file=path, severity="warning" if is_file(version) else "error", what=what,
                       **_where(past, version))  # fmt: skip
        mode = version.mode
        if not is_file(version):
            continue
        data = past.content(version.oid)
        judged, _, _ = judge(data, kind, past.schemas(past.commit(version.seq).id), past.repo.object_format)
        if base is not None:
            yield from _compare(past, path, kind, version, base, data)
        if judged.ok:
            base = data


def _compare(past: Past, path: str, kind: str, version: Change, base: bytes, data: bytes) -> Iterator[Finding]:
    broken = [found for found in check_append(base, data, file=path) if found.code.startswith("NV50")]
    if not broken:
        return
    said = redactions(past.message(past.commit(version.seq).id))
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
    past: Past, path: str, kind: str, version: Change, said: Redaction, base: bytes, data: bytes
) -> str:
    """Return why a declared redaction is not accepted, "" when it is."""
    from noveto.source import load

    if lacks := said.lacks():
        return f"提交说明里缺 {'、'.join(lacks)}"
    if said.path != path:
        return f"提交说明写的是 {said.path}，不是这个文件"
    before = past.repo.blob_id(base)
    if said.old_blob != before:
        return f"Old-Blob 写的是 {said.old_blob[:10]}，遮去以前的文本是 {before[:10]}"
    judged, _, _ = judge(data, kind, past.schemas(past.commit(version.seq).id), past.repo.object_format)
    if not judged.ok:
        return "遮去以后的文本格式有错"
    old, new = load(base, file=path).value, load(data, file=path).value
    if not isinstance(old, dict) or not isinstance(new, dict):
        return "文本读不出来"
    commit = past.commit(version.seq)
    rights = past.eras.rights(past.eras.of(version.seq))
    if not rights.may_approve_redaction(kind, old, said.approver, day_of(commit)):
        return f"批准人 {said.approver} 没有批准的权限"
    writers = past.writers(commit)
    if writers and not any(rights.may_approve_redaction(kind, old, one, day_of(commit)) for one in writers):
        return f"提交的人 {'、'.join(sorted(writers))} 没有办理隐去的权限，在说明里写上批准人不算批准"
    return beyond_redaction(past.schemas(past.commit(version.seq).id), kind, old, new)


def _gone(past: Past, path: str, version: Change, base: bytes) -> Finding:
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


def _told(past: Past, found: Finding, version: Change) -> Finding:
    """Say in which commit a finding of the text was made."""
    where = _where(past, version)
    return replace(found, message=f"提交 {where['commit']}（{where['day']}，{where['author']}）：{found.message}")


def _where(past: Past, version: Change) -> dict[str, Any]:
    commit = past.commit(version.seq)
    return {"commit": commit.short, "day": day_of(commit).isoformat(), "author": commit.author}
