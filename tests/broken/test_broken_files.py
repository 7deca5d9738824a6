"""Every kind of broken file, with what the checker says of it (`NOVETO_BLESS=1` writes the expectation anew).

A file lies in the folder of its kind; beside it, `<name>.errors.txt` holds its findings.
"""

import re
from pathlib import Path

import pytest

from noveto.schema import Schemas
from noveto.source import load

HERE = Path(__file__).parent
FILES = sorted(path.relative_to(HERE) for path in HERE.glob("*/*.yml"))
CHINESE = re.compile("[\u4e00-\u9fff]")


def findings(path: Path):
    kind = path.parent.name
    loaded = load((HERE / path).read_bytes(), file=path.as_posix())
    return loaded.findings or Schemas.bundled().check(kind, loaded.value, loaded, path.as_posix())


@pytest.mark.parametrize("path", FILES, ids=str)
def test_broken_file_is_explained(path, golden):
    found = findings(path)

    told = "".join(f"{one.line}:{one.column} {one.code} {one.field}\n  {one.message}\n  {one.fix}\n" for one in found)
    golden((HERE / path).with_suffix(".errors.txt"), told)

    assert found
    for one in found:
        assert one.severity == "error"
        assert one.file == path.as_posix()
        assert one.line >= 1
        assert one.column >= 1
        assert CHINESE.search(one.message)
        assert CHINESE.search(one.fix)


def test_there_are_many_kinds():
    assert len(FILES) >= 120
    assert {path.parent.name for path in FILES} >= {
        "case",
        "complaint",
        "improvement",
        "units",
        "staff",
        "office",
        "steps",
    }


def test_no_golden_is_left_over():
    assert {path.with_suffix("").with_suffix("").as_posix() for path in HERE.glob("*/*.errors.txt")} == {
        (HERE / path).with_suffix("").as_posix() for path in FILES
    }


def test_no_full_number_is_echoed():
    for path in FILES:
        told = "".join(one.message + one.fix for one in findings(path))

        assert not re.search(r"1[3-9][0-9]{9}", told), path
