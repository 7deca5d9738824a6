"""Printed forms: 否定报备登记表, 回执, 一次性告知书, 答复, blank form, as PDF/A set by typst or as Word documents.

The desk prints so: keep one ``Press`` for the process, then
``render("register", material(ledger, record, today, contacts=read), press)`` and show ``notes`` before printing.
"""

from noveto.forms.material import Contacts, Material
from noveto.forms.press import Press
from noveto.forms.render import COPIES, TITLES, Kind, Paper, Suffix, blank, material, notes, render

__all__ = [
    "COPIES",
    "TITLES",
    "Contacts",
    "Kind",
    "Material",
    "Paper",
    "Press",
    "Suffix",
    "blank",
    "material",
    "notes",
    "render",
]
