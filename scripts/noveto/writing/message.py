"""Commit messages: one form for terminal, desk and demo, read back by history and audit."""

from __future__ import annotations

from collections.abc import Sequence

REGISTERED = "registered"
"""The name under which the writing of a head appears among the steps of a commit."""


def commit_message(record: str, title: str, steps: Sequence[tuple[str, str]]) -> str:
    """Return the message of a commit that brings steps of one record.

    ``title`` is the matter's name, ``steps`` pairs of (name, Chinese title) in order; a new record begins
    with ``(REGISTERED, "登记")``. The trailers name the record and each step.
    """
    words = "并".join(words for _, words in steps)
    trailers = "".join(f"Step: {name}\n" for name, _ in steps)
    return f"{words} {record}：{title}\n\nCase: {record}\n{trailers}"


def shared_message(name: str, records: Sequence[str], count: int) -> str:
    """Return the message of a commit that brings one person's ``count`` acts on several records of a day."""
    trailers = "".join(f"Case: {record}\n" for record in records)
    return f"{name}：{len(records)} 件 {count} 步\n\n{trailers}"


def redaction_message(record: str, path: str, old_blob: str, approver: str, reason: str) -> str:
    """Return the message of the commit that brings an approved redaction; its trailers are what `audit` accepts.

    ``path`` is the record's file, ``old_blob`` the Git id of the text before, ``approver`` a staff id.
    """
    return (
        f"隐去个人信息 {record}\n\nCase: {record}\nStep: redacted\nRedacts: {path}\nOld-Blob: {old_blob}\n"
        f"Approver: {approver}\nReason: {reason}\n"
    )
