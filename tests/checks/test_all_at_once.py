"""One run tells every mistake of a file: slips of the text, mistakes of form, names and references together."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from noveto.checks.further import further_findings
from noveto.cli.main import cli
from noveto.ledger.context import Context
from noveto.ledger.judge import judge, unpack_findings

TOP = Path(__file__).parents[2]
CASE = """\
id: rsj-20261105-01
unit: rsj
window: rsj-w01
clerk: rsj-005
raised: 2026-11-05T09:40
handling: guide
kind: application
channel: window
applicant: {kind: person, name: 王**}
matter: {name: 社保补缴的一件事, category: social_security, unit: rsj, licensing: false, standardised: true}
track: general
reason: {main: R05}
facts: |
  来人要办一件社保补缴的事情，窗口当场答不了。
log:
- at: 2026-11-05T10:05
  by: rsj-005
  step: submitted
  to: rsj-002
- at: 2026-11-06T10:05
  by: rsj-005
  step: answered
  result: done
  how: phone
  told_to: self
  text: 办好了。
"""


@pytest.fixture(scope="module")
def context() -> Context:
    return Context(TOP)


def told(text: str, context: Context) -> list[str]:
    judged, _, loaded = judge(text.encode(), "case", context.schemas)
    known = unpack_findings(judged.findings, "") if judged.findings else []
    found = [*known, *further_findings("case", loaded, known, context.registry)]
    return [f"{one.code} {one.line}" for one in sorted(found, key=lambda one: (one.line, one.code))]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="right"),
        pytest.param(
            {"unit: rsj\n": "unit：rsj\n", "handling: guide": "handling: 指导", "2026-11-06T10:05": "2026/11/6"},
            ["NV104 2", "NV133 6", "NV139 20"],
            id="a full-width colon hides neither a wrong word nor a wrong date",
        ),
        pytest.param(
            {"  step: submitted": "\tstep: submitted", "channel: window\n": "", "rsj-w01": "rsj-w99"},
            ["NV130 1", "NV302 3", "NV108 17"],
            id="a tab hides neither what is missing nor a window that is not there",
        ),
        pytest.param(
            {"unit: rsj\nwindow": "unit: rsj window", "handling: guide": "handling: x"},
            ["NV129 2", "NV133 5"],
            id="two fields on a line: the second is not told as missing",
        ),
        pytest.param(
            {"  step: submitted": "   step: submitted", "to: rsj-002": "to: rsj-222", "channel: window": "channel: x"},
            ["NV133 8", "NV125 18"],
            id="of a step with a slip nothing more is told",
        ),
        pytest.param(
            {"  told_to: self": "told_to: self", "handling: guide": "handling: x"},
            ["NV133 6", "NV125 25"],
            id="a field of a step at the margin is told, not the line after it",
        ),
        pytest.param({"  text: 办好了。": "text: 办好了。"}, ["NV132 26"], id="nor is it to be moved before the log"),
        pytest.param(
            {"\n  step: sub": "\n   step: sub", "\n  to: rsj-002": "\n   to: rsj-002"},
            ["NV125 18"],
            id="of lines that are all out of line, the first",
        ),
        pytest.param(
            {"track: general": "track: general\ntrack: special", "reason: {main: R05}": "reason: &r {main: R55}"},
            ["NV112 12", "NV113 13"],
            id="a doubled key asks for nothing that depends on it",
        ),
        pytest.param(
            {"2026-11-05T09:40": "46331.40278", "王**": "王小明", "by: rsj-005\n  step: sub": "by: rsj-905\n  step: sub"},
            ["NV139 5", "NV611 9", "NV303 17"],
            id="a wrong time hides neither a name nor a person who is not there",
        ),
        pytest.param(
            {"{kind: person, name: 王**}": "王小明", "clerk: rsj-005\n": "", "rsj-w01": "rsj-w99", "-20261105-": "-20261104-"},
            ["NV130 1", "NV322 1", "NV302 3", "NV136 8"],
            id="nor does a head that cannot be read",
        ),
        pytest.param(
            {"  text: 办好了。": "  text: 办好了。\n- 记一笔", "rsj-w01": "rsj-w99"},
            ["NV302 3", "NV128 27"],
            id="nor a step that is none",
        ),
    ],
)  # fmt: skip
def test_one_run_tells_every_mistake(context: Context, changes: dict[str, str], expected: list[str]) -> None:
    text = CASE
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    assert told(text, context) == expected


def test_the_command_tells_them(tmp_path: Path) -> None:
    for name in ("schema", "records/registry", "records/calendar"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to(TOP / name)
    folder = tmp_path / "records/cases/rsj/2026-11"
    folder.mkdir(parents=True)
    text = CASE.replace("handling: guide", "handling: 指导").replace("rsj-w01", "rsj-w99").replace("王**", "王小明")
    (folder / "rsj-20261105-01.yml").write_text(text, "utf-8")
    done = CliRunner().invoke(cli, ["--root", str(tmp_path), "--today", "2026-11-26", "check"])
    assert done.exit_code == 1
    assert [code in done.output for code in ("NV133", "NV302", "NV611")] == [True] * 3
