"""Pieces of files in messages: short, one line, no whole personal number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noveto.findings.excerpt import excerpt, mask_numbers


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话 13805661234", "电话 138********"),
        ("138 0566 1234", "138 **** ****"),
        ("+86-138-0566-1234", "+86-1**-****-****"),
        ("0566-2081234", "056*-*******"),
        ("34170119900307123X", "341***************"),
        ("6222 0200 1111 2222 333", "622* **** **** **** ***"),
        ("１３８０５６６１２３４", "138********"),
        ("scjgj-20260305-01", "scjgj-20260305-01"),
        ("scjgj-20260305-0001", "scjgj-20260305-0001"),
        ("2026-03-05T09:40", "2026-03-05T09:40"),
        ("138****1111", "138****1111"),
        ("池政办〔2022〕73号 第12条", "池政办〔2022〕73号 第12条"),
        ("１２号窗口", "１２号窗口"),
    ],
)
def test_numbers_of_persons_are_starred(text, shown):
    assert mask_numbers(text) == shown


@given(st.text())
def test_masking_keeps_the_length(text):
    assert len(mask_numbers(text)) == len(text)


def test_excerpts_are_short_and_on_one_line():
    assert excerpt("甲\n  乙\t丙") == "甲 乙 丙"
    assert excerpt("甲" * 50) == "甲" * 40 + "…"
    assert excerpt("a\x1b[31m") == "a�[31m"
    assert len(excerpt("甲 " * 10_000_000)) == 41
