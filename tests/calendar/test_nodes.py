"""Calendar files read line by line are read as PyYAML reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noveto.calendar.nodes import BrokenYamlError, _composed, _plain, read_nodes

FILES = [path.read_text() for path in sorted((Path(__file__).parents[2] / "records/calendar").glob("*.yml"))]
PIECES = ["\n", " ", ":", ": ", "- ", "- {date: 2026-01-01, name: 元旦}\n", "#", "[]", "{", "}", ",", "，", "：", "'", '"',
          "off:", "work: []\n", "year", "\u2028", "\x85", "\r", "\t", "\ufeff", "&a ", "*a", "---\n", "~", "\u3000"]  # fmt: skip


def _same(text: str) -> bool:
    """Whether both ways give the same; where the whole begins is never told."""
    quick, whole = _plain(text), _composed(text)
    return quick is not None and whole is not None and quick.value == whole.value


def test_shipped_files_are_read_line_by_line() -> None:
    for text in FILES:
        assert _same(text)


@settings(max_examples=1500, derandomize=True, deadline=None)
@given(data=st.data())
def test_line_by_line_is_what_pyyaml_reads(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(FILES))
    lines = text.splitlines(keepends=True)
    begin = data.draw(st.integers(0, len(lines) - 1))
    text = "".join(lines[begin : begin + data.draw(st.integers(1, 12))])
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.sampled_from(PIECES)) + text[at + data.draw(st.integers(0, 3)) :]

    assert _plain(text) is None or _same(text)


def test_an_alias_is_read_once_and_a_circle_is_refused() -> None:
    many = "".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9) if n else 'x'}]\n" for n in range(30))
    assert read_nodes(many) is not None
    with pytest.raises(BrokenYamlError):
        read_nodes("a: &a [*a]")
