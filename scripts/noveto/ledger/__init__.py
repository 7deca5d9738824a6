"""The ledger: work tree or any revision, as records; each content read and judged at most once."""

from noveto.ledger.code import code_digest
from noveto.ledger.context import Context
from noveto.ledger.ledger import Ledger
from noveto.ledger.line import Line
from noveto.ledger.receipts import Arrivals
from noveto.ledger.recipe import ALWAYS, Derived, Recipe
from noveto.ledger.record import Quarantined, Record
from noveto.ledger.shelf import Shelf
from noveto.ledger.versions import Change, Version

__all__ = [
    "ALWAYS",
    "Arrivals",
    "Change",
    "Context",
    "Derived",
    "Ledger",
    "Line",
    "Quarantined",
    "Recipe",
    "Record",
    "Shelf",
    "Version",
    "code_digest",
]
