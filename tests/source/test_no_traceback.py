"""Whatever the bytes: findings, never an exception, and never for long."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.source.texts import NASTY, RECORD, mutated

from noveto.findings import Finding
from noveto.source import check_record_form, load
from noveto.source.append import check_append

MEGA = 1 << 20


def survive(data: bytes) -> None:
    """Load, ask for places, check the form: each must end in values or findings."""
    loaded = load(data, file="f.yml")
    errors = [one for one in loaded.findings if one.severity == "error"]
    assert (loaded.value is None) == bool(errors)
    assert all(isinstance(one, Finding) and one.line >= 1 and one.column >= 1 for one in loaded.findings)
    assert loaded.value is None or isinstance(loaded.value, dict)
    line, column = loaded.position(["log", 3, "text"])
    assert line >= 1
    assert column >= 1
    check_record_form(loaded)


@given(st.binary(max_size=300))
def test_any_bytes(data):
    survive(data)


@given(st.text(max_size=200))
def test_any_text(text):
    survive(text.encode("utf-8", "surrogatepass"))


@given(st.lists(st.sampled_from(NASTY), max_size=40).map("".join))
def test_any_heap_of_syntax(text):
    survive(text.encode())


def test_records_with_slips():
    for seed in range(1500):
        survive(mutated(RECORD, seed, changes=1 + seed % 5).encode())


def test_records_with_damaged_bytes():
    chance = random.Random(7)
    whole = RECORD.encode()
    for _ in range(1500):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 2)] = chance.randbytes(chance.randint(0, 3))
        survive(bytes(data))


def test_records_cut_anywhere():
    whole = RECORD.encode()
    for length in range(0, len(whole), 3):
        survive(whole[:length])
        check_append(whole, whole[:length], file="f.yml")
        check_append(whole[:length], whole, file="f.yml")


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_comparing_any_bytes(old, new):
    check_append(old, new, file="f.yml")
    check_append(RECORD.encode() + old, RECORD.encode() + new, file="f.yml")


LAUGHS = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n" for n in range(20))
NASTY_FILES = {
    "billion laughs": LAUGHS.encode(),
    "ten megabytes": b"a: b\n" * (2 * MEGA),
    "ten megabytes of brackets": b"[" * (10 * MEGA),
    "ten megabytes of NUL": b"\0" * (10 * MEGA),
    "a megabyte of brackets": b"[" * MEGA,
    "a megabyte of open braces in a value": b"a: " + b"{" * (MEGA - 3),
    "a megabyte of dashes": b"- " * (MEGA // 2),
    "a megabyte of question marks": b"? " * (MEGA // 2),
    "a megabyte of quotes": b'"' * MEGA,
    "a megabyte of stars": b"a: " + b"*" * (MEGA - 3),
    "a megabyte of empty values": b"a:\n" * (MEGA // 3),
    "a megabyte of wide colons": "a：b\n".encode() * (MEGA // 6),
    "a megabyte of wide colons in braces": ("a: {" + "b：c, " * (MEGA // 9)).encode(),
    "a megabyte of cut texts": "a: 甲 #3\n".encode() * (MEGA // 12),
    "a megabyte of one key": b"a: b\n" * (MEGA // 5),
    "a megabyte on one line": b"a: " + b"b " * (MEGA // 2 - 2),
    "a long key": b"a" * (MEGA - 10) + b": b\n",
    "deep indents": "".join(" " * n + "a:\n" for n in range(1400)).encode(),
    "deep lists": b"a: " + b"[" * 5000 + b"]" * 5000,
    "deep mappings": b"a: " + b"{a: " * 5000,
    "NUL inside": b"a: b\n\0c: d\n",
    "every byte": bytes(range(256)) * 8,
    "lone surrogates": b"a: \xed\xa0\x80\xed\xbf\xbf\n",
    "overlong": b"a: \xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf\n",
    "beyond Unicode": b"a: \xf4\x90\x80\x80\n",
    "next line": "a: b\x85c: d\n".encode(),
    "separators": "a: b\u2028c: d\u2029e: f\n".encode(),
    "escapes beyond Unicode": b'a: "\\UFFFFFFFF"\nb: "\\ud800"\nc: "\\x"\n',
    "only a mark": b"\xef\xbb\xbf",
    "two marks": b"\xef\xbb\xbf\xef\xbb\xbfa: b\n",
    "half a mark": b"\xef\xbb",
    "CR only": b"a: b\rc: d\r",
    "LF CR": b"a: b\n\rc: d\n\r",
    "directives": b"%YAML 9.9\n%TAG ! x\n---\n",
    "tags": b"a: !!python/object/apply:os.system [b]\n",
    "a key of a mapping": b"{a: b}: c\n",
    "documents": b"---\n" * 1000,
    "aliases of nothing": b"a: *b\n*c : d\n",
}


@pytest.mark.parametrize("name", NASTY_FILES)
def test_nasty_files(name):
    start = time.process_time()
    survive(NASTY_FILES[name])

    assert load(NASTY_FILES[name], file="f.yml").findings or "long" in name or "one line" in name
    assert time.process_time() - start < 8


@pytest.mark.parametrize("name", NASTY_FILES)
def test_nasty_files_without_libyaml(name, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "yaml._yaml", None)
    if len(NASTY_FILES[name]) < 100_000 or len(NASTY_FILES[name]) > MEGA:
        survive(NASTY_FILES[name])
    else:
        survive(NASTY_FILES[name][:20_000])
