"""Which fonts a form is set in: those of the office's own folder first, else the system's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from noveto.errors import UserError

if TYPE_CHECKING:
    import typst

FAMILIES = (
    "FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "FZFangSong-Z02", "方正仿宋_GBK",
    "SimSun", "宋体", "NSimSun", "STSong", "Source Han Serif SC", "Source Han Serif CN", "思源宋体 CN",
    "Noto Serif CJK SC", "Noto Serif SC", "AR PL SungtiL GB", "AR PL UMing CN",
    "Source Han Sans SC", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
)  # fmt: skip
"""Families that hold simplified Chinese, in the order in which a form wants them: 仿宋, 宋, then 黑."""

MISSING = (
    "这台机器上没有能印中文的字体，印出来会全是空框，所以没有生成。"
    "请把一种中文字体（如 仿宋_GB2312 或 思源宋体）的文件放进台账的 fonts 文件夹，"
    "或者让管理员安装字体包：apt install fonts-noto-cjk。"
)


def find_fonts(folders: Sequence[Path] = (), *, system: bool = True) -> tuple[typst.Fonts, list[str]]:
    """Return the fonts and the families to set in, best first.

    Known families in ``folders`` come before the system's. Raises UserError where none of them is there:
    typst would print blank boxes and report success.
    """
    import typst

    paths: list[Path] = [folder for folder in folders if folder.is_dir()]
    fonts = typst.Fonts(include_system_fonts=system, include_embedded_fonts=False, font_paths=paths)
    own: set[str] = set()
    if paths:
        own = set(typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths).families())
    there = set(fonts.families())
    chosen = [name for name in FAMILIES if name in own] + [name for name in FAMILIES if name in there - own]
    if not chosen:
        raise UserError(MISSING)
    return fonts, chosen
