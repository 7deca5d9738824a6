"""One case and what is read from its printed forms."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

from noveto.clocks import view
from noveto.forms import Material
from noveto.records.build import build_case
from noveto.resources import resource
from noveto.rules import Rules

TODAY = date(2026, 10, 20)
BOXES = ["承办窗口", "经办人", "被否定对象", "联系方式", "被否定事项名称", "受理日期", "被否定事项的", "被否定的", "窗口负责人",
         "所属单位审核", "提级办理情况", "备注", "此表一式三份"]  # fmt: skip
CASE = {
    "id": "rsj-20261010-01", "unit": "rsj", "window": "rsj-w03", "clerk": "rsj-005", "raised": "2026-10-10T09:12",
    "handling": "guide", "kind": "application", "channel": "window",
    "applicant": {"kind": "person", "name": "王**", "contact": "138****1111", "ref": "k7"},
    "matter": {"name": "灵活就业人员补缴养老保险", "category": "social_security"},
    "track": "general", "reason": {"main": "R04"}, "facts": "2019 年断缴六个月，要求补缴。\n",
    "log": [
        {"at": "2026-10-10T09:20", "by": "rsj-005", "step": "veto_proposed", "to": "rsj-002", "reason": {"main": "R04"},
         "grounds": {"text": "没有查到明文。", "basis": [{"title": "社会保险法", "article": "第十二条"}]}},
        {"at": "2026-10-10T15:00", "by": "rsj-002", "step": "unit_review", "decision": "veto_rejected", "text": "可以办。"},
    ],
}  # fmt: skip


def changed(given: Material, *steps: dict, **head: object) -> Material:
    value = {**CASE, **head, "log": [*CASE["log"], *steps]}
    rules = Rules.load(resource("schema/rules.yml"))
    return replace(given, found=view(build_case(value), rules, given.calendar, TODAY))


def read(pdf: bytes, tmp_path: Path, *options: str) -> str:
    file = tmp_path / "x.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdftotext", *options, str(file), "-"], capture_output=True, check=True)
    return done.stdout.decode()
