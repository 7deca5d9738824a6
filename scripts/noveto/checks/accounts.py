"""Accounts that lead to a person: QQ numbers and WeChat names after their word, e-mail addresses.

Works on normalised text, as `noveto.checks.digits` does. A number by itself is no account: the word before it
makes it one. An address of a government office (gov.cn) is nobody's own; one with stars in it is masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from noveto.checks.digits import Hit

_IS = r"[是为叫:(（\[【“\" \t]{0,4}"
_QQ = re.compile(rf"(?<![A-Za-z@.])(?:QQ|qq)(?:号码|号|账号|帐号|邮箱)?{_IS}([1-9][0-9]{{4,10}})(?![0-9A-Za-z*])")
_WECHAT = re.compile(
    rf"微信(?:(?:号码|号|账号|帐号|(?i:id)){_IS}|[ \t]{{0,2}}:{_IS})"
    r"([A-Za-z][A-Za-z0-9_\-]{5,19}|[1-9][0-9]{4,10})(?![A-Za-z0-9_*\-])"
)
_MAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-*])([A-Za-z0-9_][A-Za-z0-9._%+\-]{0,63})@"
    r"((?:[A-Za-z0-9][A-Za-z0-9\-]{0,62}\.){1,8}[A-Za-z]{2,24})(?![A-Za-z0-9\-])"
)
_OFFICE = re.compile(r"(?i)(?:.+\.)?gov\.cn")


def accounts(text: str) -> Iterator[Hit]:
    """Yield every e-mail address of a person in ``text``, then every account (of an address a part of it)."""
    for found in _MAIL.finditer(text) if "@" in text else ():
        if not _OFFICE.fullmatch(found[2]):
            yield Hit("mail", *found.span(), f"{found[1][:1]}***@{found[2]}")
    for words, pattern in ((("QQ", "qq"), _QQ), (("微信",), _WECHAT)):
        for found in pattern.finditer(text) if any(word in text for word in words) else ():
            name = found[1]
            yield Hit("account", *found.span(1), f"{name[:2]}***{name[-1]}")
