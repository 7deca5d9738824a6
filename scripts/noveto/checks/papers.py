"""Numbers on a person's papers that have letters in them: number plates, passports, travel permits.

Works on normalised text, as `noveto.checks.digits` does.
"""

from __future__ import annotations

import re

from noveto.checks.digits import Hit

_L = "A-HJ-NP-Za-hj-np-z"
"""Letters on a plate: I and O are not used."""
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?"
    rf"([{_L}])[\s·.\-]?"
    rf"((?=(?:[A-Za-z]*[0-9]){{3}})(?:[{_L}0-9]{{5}}|[{_L}0-9]{{4}}[挂学警港澳领])"
    rf"|[A-HJKa-hjk][{_L}0-9][0-9]{{4}}|[0-9]{{5}}[A-HJKa-hjk])(?![A-Za-z0-9])"
)
"""GA 36: five characters, at most two of them letters (four before 挂, 学 and the like); new-energy vehicles six,
the letter of their kind (D, F; since then A to K) first with four digits at the end, or last after five digits."""

_PAPERS = ("护照", "通行证", "乡证", "台胞证", "旅行证")
"""What is found in the name of every paper looked for by its name: found faster than by a pattern."""

_PASSPORT = re.compile(r"(?<![A-Za-z0-9\-/])(?:[EG][0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|[DSP]E[0-9]{7})(?![A-Za-z0-9])")
_PERMIT = re.compile(
    r"(?:护照|通行证|回乡证|台胞证|旅行证)[^\n0-9]{0,8}?(?<![A-Za-z0-9])([A-Za-z]{1,2}[0-9]{7,10})(?![A-Za-z0-9])"
)
_HOME = re.compile(
    r"(?:(?:来往|往来)内地通行证|回乡证|返乡证)[^\n0-9]{0,16}?(?<![A-Za-z0-9])"
    r"([HMhm][ \t]?[0-9]{8}(?:[ \t]?[0-9]{2})?)(?![A-Za-z0-9])"
)
_TAIWAN = re.compile(
    r"(?:台胞证|(?:来往|往来)大陆通行证)([^\n0-9A-Za-z，。；,;]{0,10})([0-9]{8}|[0-9]{10}(?:\([A-Za-z]\))?)(?![A-Za-z0-9])"
)
_DAY_IN = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")


def plates(text: str) -> list[Hit]:
    """Return the number plates in ``text``; of 皖RSJ2023, shaped like none, nothing."""
    return [
        Hit("plate", found.start(), found.end(), f"{found[0][0]}{found[1].upper()}****{found[2][-1]}")
        for found in _PLATE.finditer(text)
    ]


def passports(text: str) -> list[Hit]:
    """Return the numbers of passports and of the permits of people from Hong Kong, Macao and Taiwan.

    Eight or ten digits are the number of a Taiwan permit behind its name only, and eight that are a day only
    where 号 stands between.
    """
    named = text if any(paper in text for paper in _PAPERS) else ""
    spans = {found.span(1) for pattern in (_PERMIT, _HOME) for found in pattern.finditer(named)}
    spans |= {found.span() for found in _PASSPORT.finditer(text) if not _DAY_IN.search(found.group())}
    spans |= {found.span(2) for found in _TAIWAN.finditer(named) if "号" in found[1] or not _DAY_IN.fullmatch(found[2])}
    return [Hit("passport", start, end, f"{text[start : start + 2]}*****{text[end - 2 : end]}") for start, end in spans]
