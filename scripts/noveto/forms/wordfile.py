"""Word files: fonts that Chinese text needs named twice, and a file that is the same for the same content."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

_EPOCH = (1980, 1, 1, 0, 0, 0)


def set_properties(document: Any, title: str, written: datetime) -> None:
    """Set what a Word file tells about itself: the title, the register as its author, the time it stands for."""
    told = document.core_properties
    told.author, told.last_modified_by, told.title = "窗口无否决权台账", "", title
    told.created = told.modified = written


def set_font(run: Any, font: str, size: float, *, bold: bool = False) -> None:
    """Set a run in ``font`` at ``size`` points, its Chinese characters, too."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run.font.name, run.font.size, run.font.bold = font, Pt(size), bold or None
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def pack(document: Any) -> bytes:
    """Return the file of a document: the same bytes for the same content, whenever it is made."""
    whole, fixed = io.BytesIO(), io.BytesIO()
    document.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            new.writestr(zipfile.ZipInfo(name, _EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
