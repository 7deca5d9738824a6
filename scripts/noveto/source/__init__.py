"""The text of the ledger: one strict loader, the append-only rule, and the writing of canonical text."""

from noveto.source.append import append_text, check_append, normalise
from noveto.source.dump import clean_text, dump_document, dump_head, dump_item
from noveto.source.form import check_record_form
from noveto.source.loader import Loaded, load
from noveto.source.rows import add_row, change_row

__all__ = [
    "Loaded",
    "add_row",
    "append_text",
    "change_row",
    "check_append",
    "check_record_form",
    "clean_text",
    "dump_document",
    "dump_head",
    "dump_item",
    "load",
    "normalise",
]
