"""One row of a register changes; every other byte stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noveto.resources import resource
from noveto.source import load
from noveto.source.rows import add_row, change_row

STAFF = """\
# 人员表
staff:
- id: rsj-001   # 负责人
  name: 何某
  unit: rsj
  role: head
  windows: [rsj-w01, rsj-w02]
  # 楼上
  ext: 8001   # 二楼
  emails:
  - a@b.cn
  - c@d.cn

# 下面是窗口
- {id: rsj-002, name: 王主任, unit: rsj, role: leader}   # 领导

- id: rsj-005
  name: 刘某
  unit: rsj
  role: clerk
  remark: |
    第一行
    第二行
# 完
"""


def value(data):
    return load(data, file="").value["staff"]


def without(text, *lines):
    return [line for line in text.splitlines() if not any(part in line for part in lines)]


def test_one_value_changes_in_its_line_and_the_comment_behind_it_stays():
    old = STAFF.encode()
    new = change_row(old, "staff", 0, value(old)[0] | {"ext": "8002"})
    assert new.decode() == STAFF.replace("ext: 8001   # 二楼", 'ext: "8002"   # 二楼')


def test_lists_blocks_new_keys_and_keys_that_go():
    old = STAFF.encode()
    row = dict(value(old)[0]) | {"emails": ["x@y.cn"], "windows": ["rsj-w03"], "to": "2026-10-10"}
    new = change_row(old, "staff", 0, row)
    assert value(new)[0] == row
    assert without(new.decode(), "emails", "- a@", "- c@", "windows", "to:") == without(
        STAFF, "emails", "- a@", "- c@", "windows"
    )
    gone = {key: item for key, item in value(old)[2].items() if key != "remark"}
    assert change_row(old, "staff", 2, gone).decode() == STAFF.replace("  remark: |\n    第一行\n    第二行\n", "")
    more = change_row(old, "staff", 2, value(old)[2] | {"remark": "一行"})
    assert "  remark: 一行\n# 完\n" in more.decode()


def test_a_row_in_braces_is_written_out_and_its_neighbours_stay():
    old = STAFF.encode()
    new = change_row(old, "staff", 1, value(old)[1] | {"ext": "8003"}).decode()
    before, after = STAFF.split("- {id: rsj-002")[0], STAFF.split("# 领导\n")[1]
    assert new.startswith(before + "- ")
    assert new.endswith(after)


def test_rows_are_added_in_their_place_and_at_the_end():
    old = STAFF.encode()
    row = {"id": "rsj-009", "name": "陈某", "unit": "rsj", "role": "clerk", "from": "2026-10-10"}
    middle = add_row(old, "staff", row, after=0).decode()
    assert "  - c@d.cn\n- {id: rsj-009" not in middle
    assert "  - c@d.cn\n- id: rsj-009\n  name: 陈某\n" in middle
    assert [one["id"] for one in value(middle.encode())] == ["rsj-001", "rsj-009", "rsj-002", "rsj-005"]
    last = add_row(old, "staff", row).decode()
    assert last == STAFF.replace("# 完\n", "") + (
        "- id: rsj-009\n  name: 陈某\n  unit: rsj\n  role: clerk\n  from: 2026-10-10\n# 完\n"
    )


def test_windows_line_ends_a_bom_and_a_missing_last_line_end():
    crlf = b"\xef\xbb\xbf" + STAFF.replace("\n", "\r\n").encode()
    new = change_row(crlf, "staff", 0, value(crlf)[0] | {"ext": "8002", "to": "2026-10-10"})
    assert new.startswith(b"\xef\xbb\xbf")
    assert new.count(b"\n") == new.count(b"\r\n")
    short = b"staff:\n- id: rsj-001\n  name: A"
    assert add_row(short, "staff", {"id": "b", "name": "B"}) == short + b"\n- id: b\n  name: B\n"
    assert add_row(b"staff: []\n", "staff", {"id": "b"}) == b"staff:\n- id: b\n"


def test_indented_lists_keep_their_indent():
    old = b"staff:\n  - id: a\n    name: A\n  - id: b\n    name: B\nlast: x\n"
    assert add_row(old, "staff", {"id": "c"}, after=1) == old.replace(b"last", b"  - id: c\nlast")
    assert change_row(old, "staff", 0, {"id": "a", "name": "AA"}) == old.replace(b"name: A\n", b"name: AA\n")


@pytest.mark.parametrize("data", [b"staff: [{id: a}]\n", b"staff: x\n", b"other:\n- id: a\n", b"\xff\xfe", b"staff:\n"])
def test_what_cannot_be_changed_is_said(data):
    with pytest.raises(ValueError, match="管理员"):
        change_row(data, "staff", 0, {"id": "b"})


def test_no_such_row():
    with pytest.raises(ValueError, match="没有这一条"):
        change_row(STAFF.encode(), "staff", 3, {"id": "b"})


FILES = {
    name: (resource("records") / "registry" / f"{name}.yml").read_bytes() for name in ("staff", "windows", "matters")
}
ROWS = {name: load(data, file="").value[name] for name, data in FILES.items()}
TEXTS = st.text(st.sampled_from("甲乙a1 :#-'\"{}[],|>&*!%@`，：\n"), min_size=1, max_size=8).map(str.strip).filter(bool)


@given(
    st.sampled_from(sorted(FILES)),
    st.integers(0, 10_000),
    st.dictionaries(st.sampled_from(["name", "ext", "remark", "to", "note"]), TEXTS, min_size=1),
)
def test_any_change_of_the_shipped_registers_leaves_every_other_row_alone(name, n, changes):
    data, rows = FILES[name], ROWS[name]
    n %= len(rows)
    new = change_row(data, name, n, rows[n] | changes)
    after = load(new, file="").value[name]
    assert after == [row | changes if i == n else row for i, row in enumerate(rows)]
    marks = [b"- id: %s\n" % row["id"].encode() for row in rows]
    start = new.index(marks[n])
    assert new[:start] == data[: data.index(marks[n])]
    if n + 1 < len(rows) and rows[n + 1]["id"] != rows[n]["id"]:
        assert new[new.index(marks[n + 1], start) :] == data[data.index(marks[n + 1]) :]
