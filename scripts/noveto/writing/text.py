"""The text of a record as terminal, desk and demo write it: the editor's schema line, the head, the steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from noveto.ledger.places import RECORDS
from noveto.source.dump import dump_head, dump_item

SCHEMA_LINE = "# yaml-language-server: $schema={path}schema/{kind}.schema.json\n"
DEPTH = {kind: "../../../../" if kind in ("case", "complaint") else "../../../" for kind in RECORDS}
"""The way from a record's folder to the root of the ledger, by kind."""


def head_text(kind: str, head: Mapping[str, Any]) -> str:
    """Return a new record of ``kind`` with an empty log; ends in a line feed.

    ``head`` is written in its own order, its facts as a block of lines; a key ``log`` is left out. Raises
    ValueError with a Chinese sentence for what a record cannot hold.
    """
    fields = {key: value for key, value in head.items() if key != "log"}
    if isinstance(fields.get("facts"), str):
        fields["facts"] = fields["facts"].rstrip("\n") + "\n"
    return SCHEMA_LINE.format(path=DEPTH[kind], kind=kind) + dump_head(fields)


def entry_text(entry: Mapping[str, Any]) -> str:
    """Return one step as the text to append, ending in a line feed; ``at``, ``by``, ``step`` lead.

    Raises ValueError with a Chinese sentence for what a record cannot hold.
    """
    lead = {key: entry[key] for key in ("at", "by", "step") if key in entry}
    return dump_item(lead | dict(entry))


def record_text(kind: str, value: Mapping[str, Any]) -> str:
    """Return a whole record, head and log."""
    return head_text(kind, value) + "".join(entry_text(entry) for entry in value.get("log") or ())
