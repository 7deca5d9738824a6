"""The quick way to a place gives the place that a full reading gives."""

from __future__ import annotations

from pathlib import Path

from noveto.ledger.record import Record, plain_position
from noveto.source import load

TOP = Path(__file__).parents[2]


def paths(value, prefix=()):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*prefix, key)
        yield from paths(inner, (*prefix, key))


def test_plain_positions_are_those_of_the_full_reading() -> None:
    quick = 0
    for file in sorted((TOP / "records").rglob("*.yml")):
        loaded = load(file.read_bytes(), file=file.name)
        if not loaded.plain or "log" not in loaded.value:
            continue
        for path in paths(loaded.value):
            found = plain_position(loaded.text, path)
            if found is not None:
                quick += 1
                assert found == loaded.position(path), (file, path)
    assert quick > 300


def test_text_inside_a_block_is_no_key(texts) -> None:
    text = texts.case(
        "scjgj-20260305-01", texts.submitted() + "  text: |\n    to: 别人\n    - at: 2026\n" + texts.submitted()
    )
    text = text.replace("facts: 现行目录没有对应类别。", "facts: |\n  track: special\n  - at: 2026-03-05T10:05")
    record = Record("x", "", "case", {}, data=text.encode())

    assert record.position(("track",)) == (11, 8)
    for number in (0, 1):
        assert record.position(("log", number, "to")) == record.loaded.position(("log", number, "to"))
        assert record.position(("log", number, "at")) == record.loaded.position(("log", number, "at"))
    assert record.position(("log", 2, "at")) == record.loaded.position(("log", 2, "at"))
    assert record.position(("matter", "id")) == record.loaded.position(("matter", "id"))
