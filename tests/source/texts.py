"""Texts and values for the tests of the loader: a full record, its like in every style, random records."""

import random

from hypothesis import strategies as st

RECORD = """\
# yaml-language-server: $schema=../../../../schema/case.schema.json
id: scjgj-20260305-01
unit: scjgj
window: scjgj-w03
clerk: scjgj-007
raised: 2026-03-05T09:40
accepted: 2026-03-02T10:15
entry: {mode: paper, why: 系统停机}
handling: guide
kind: application
channel: window
applicant: {kind: enterprise, name: 某餐饮管理有限公司, contact: 138****1111, ref: k7f3q9x2, count: "1"}
matter: {id: m-0123, name: 食品经营许可（新业态）, category: market_entry, unit: scjgj, licensing: true, standardised: false}
track: special
track_reason: 三家共用后厨，没有先例
reason: {main: R04, also: [R07]}
facts: |
  申请人拟在商场中庭设置无固定隔断的现制饮品岛，三家共用后厨；

  窗口不能当场判断能否按“新业态”受理。
grounds: {text: 办法没有明确规定, basis: [{title: 食品经营许可和备案管理办法, article: 第十二条, published: true}]}
documents:
- {title: 共用后厨协议, number: 池市监函〔2026〕12号}
- title: 平面图
  number: "3"
log:
- at: 2026-03-05T10:05
  by: scjgj-007
  step: submitted
  to: scjgj-002
- at: 2026-03-05T11:30
  by: scjgj-002
  step: consulted
  units: [wjw, sthj]
  question: |-
    一、排污是否符合要求；
    二、卫生条件是否符合要求。
  reply_by: 2026-03-12
# 征询已电话告知
- at: 2026-03-06T09:00
  by: wjw-011
  step: consult_answered
  unit: wjw
  stance: agree
  basis: 符合卫生规范第 3 条
"""


NASTY = (
    *"-?:,[]{}#&*!|>'\"%@` \t\n\\/~=<>+.0",
    *"：，。“”‘’（）《》；、\u3000\u00a0·…—é①½😀𠮷ａＡ０",
    *("true", "false", "null", "~", "---", "...", "<<", ": ", " #", "# ", "- ", "? ", "|", "|+", ">-", "''", '""'),
    *(
        "王某",
        "食品经营许可",
        "scjgj-w03",
        "2026-03-05T09:40",
        "138****1111",
        "0x1f",
        "1e5",
        "12:30",
        "yes",
        "No",
        ".inf",
    ),
    *("\n\n", "\n  ", "  \n", "\n- at: ", "log:", "a: b", "\\n", "\\x00", "http://a/b", "C:\\x", "\u2003", "A"),
)

words = st.sampled_from(NASTY)
nasty_text = st.lists(words, min_size=1, max_size=8).map("".join).filter(str.strip)
plain_text = st.sampled_from(
    ("食品经营许可", "材料不齐，请补正", "三家共用后厨（没有先例）", "wjw", "R04", "2026-03-05")
)
texts = st.one_of(nasty_text, plain_text)
NOT_KEYS = ("log", "at", "y", "n", "yes", "no", "on", "off", "true", "false", "null")  # YAML 1.1 would read others
keys = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True).filter(lambda key: key not in NOT_KEYS)
scalars = st.one_of(texts, st.booleans())
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3), st.dictionaries(keys, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)
heads = st.dictionaries(keys, values, min_size=1, max_size=5)
minutes = st.builds("2026-{:02}-{:02}T{:02}:{:02}".format, *map(st.integers, (1, 1, 0, 0), (12, 28, 23, 59)))
items = st.builds(lambda at, rest: {"at": at, **rest}, minutes, st.dictionaries(keys, values, max_size=4))


def mutated(text: str, seed: int, changes: int = 1) -> str:
    """Return ``text`` after some random edits of the kind that people and editors make."""
    chance = random.Random(seed)
    for _ in range(changes):
        lines = text.split("\n")
        row = chance.randrange(len(lines))
        line = lines[row]
        at = chance.randrange(len(line) + 1)
        what = chance.randrange(9)
        if what == 0:
            lines[row] = line[:at] + chance.choice(NASTY) + line[at:]
        elif what == 1:
            lines[row] = line[:at] + line[at + chance.randint(1, 3) :]
        elif what == 2:
            lines.insert(row, chance.choice(lines))
        elif what == 3:
            del lines[row]
        elif what == 4:
            lines[row] = " " * chance.randint(0, 4) + line.lstrip(" ")
        elif what == 5:
            lines[row] = line.replace(chance.choice(':,- {}[]"|'), chance.choice(NASTY), 1)
        elif what == 6:
            other = chance.randrange(len(lines))
            lines[row], lines[other] = lines[other], lines[row]
        elif what == 7:
            lines[row] = line[:at] + "\n" + line[at:]
        else:
            lines[row] = line + chance.choice(NASTY)
        text = "\n".join(lines)
    return text
