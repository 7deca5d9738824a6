"""What ``new`` and ``step`` share: who writes, judging before writing, the file, the commit, the due date."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from noveto.cli.common import Settings
from noveto.cli.settings import write_file
from noveto.errors import UserError, reason

if TYPE_CHECKING:
    from noveto.findings import Finding
    from noveto.ledger import Context, Record
    from noveto.records.registry import Person
    from noveto.writing.validate import Ids

T = TypeVar("T")

MINUTE = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Desk:
    """A ledger opened for writing from the terminal."""

    root: Path
    context: Context
    settings: Settings

    @classmethod
    def open(cls, settings: Settings) -> Desk:
        """Open the ledger the command runs in. Raises UserError when there is none."""
        from noveto.ledger import Context

        root = settings.root()
        return cls(root, Context(root), settings)

    @property
    def interactive(self) -> bool:
        """Whether missing fields may be asked for."""
        return sys.stdin.isatty() and sys.stderr.isatty() and not self.settings.quiet

    @property
    def ids(self) -> Ids:
        """All ids of the ledger."""
        from noveto.writing.validate import Ids

        return Ids(lambda path: (self.root / path).is_file())

    def person(self, name: str, option: str) -> Person:
        """Return a member of staff by id or account. Raises UserError for anybody else."""
        registry = self.context.registry
        found = registry.staff.get(name) or registry.by_account.get(name)
        if found is None:
            raise UserError(
                f"{option} 写的“{name}”不在人员表（records/registry/staff.yml）里。请写编号，例如 rsj-005。"
            )
        return found

    def who(self, given: str | None, option: str, question: str) -> Person:
        """Return the member of staff an option names, else asked for. Raises UserError."""
        if given is not None:
            return self.person(given, option)
        if not self.interactive:
            raise UserError(f"还缺 {option}：{question}。")
        return self.ask_until(question, lambda name: self.person(name, option))

    def moment(self, text: str | None, option: str) -> datetime:
        """Read ``YYYY-MM-DDTHH:MM`` (a space will do for the T); now by default. Raises UserError."""
        if text is None:
            return self.settings.now
        try:
            return datetime.strptime(text.strip().replace(" ", "T"), MINUTE)
        except ValueError:
            shaped = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}", text.strip())
            told = "这一天或者这个钟点不存在。请核对" if shaped else "不是时间。要写成 2026-03-05T09:40"
            raise UserError(f"{option} 写的“{text}”{told}。") from None

    def ask(self, question: str, *, optional: bool = False) -> str:
        """Put a question on the terminal; an ``optional`` one may be left empty."""
        default = "" if optional else None
        return str(click.prompt(question, err=True, prompt_suffix="：", default=default, show_default=False))

    def say(self, text: str) -> None:
        """Tell something on the terminal while asking."""
        click.echo(text, err=True)

    def ask_until(self, question: str, read: Callable[[str], T], *, optional: bool = False) -> T:
        """Ask until ``read`` makes something of the answer; what it raises as UserError is told."""
        while True:
            try:
                return read(self.ask(question, optional=optional))
            except UserError as error:
                self.say(str(error))

    def judge(self, data: bytes, path: str, known: list[Finding] | None = None) -> tuple[list[Finding], Record]:
        """Judge a text before it is written; returns the findings that are new, and the record.

        Raises RefusedError with the findings printed when there are errors: nothing is written then.
        """
        from noveto.writing.validate import added, validate

        today = self.settings.today
        live = self.settings.today_option is None and not os.environ.get("NOVETO_TODAY")
        now = self.settings.now if live else None  # on a day of the past or a trial day the hour says nothing
        found, record = validate(data, path, self.context, self.ids, today, now=now)
        fresh = added(known or [], found)
        errors = [finding for finding in fresh if finding.severity == "error"]
        if errors or record is None:
            self._show(errors or found, data)
            raise RefusedError
        return fresh, record

    def known(self, path: str) -> list[Finding]:
        """Return what the checker says of a record as it lies there."""
        from noveto.writing.validate import validate

        return validate((self.root / path).read_bytes(), path, self.context, self.ids, self.settings.today)[0]

    def tell(self, findings: list[Finding], data: bytes) -> None:
        """Show breaches and advice about what was written."""
        shown = [finding for finding in findings if finding.severity != "note"]
        if shown and not self.settings.quiet:
            self._show(shown, data)

    def _show(self, findings: list[Finding], data: bytes) -> None:
        from noveto.findings.render import render

        text = render(findings, "text", summary=None, envelope=None, sources=lambda _: data, color=False)
        click.echo(text.rstrip("\n"), err=True)

    def write(self, path: str, data: bytes, *, new: bool) -> None:
        """Write the file; a new one never replaces what is there. Raises UserError."""
        target = self.root / path
        if new:
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with target.open("xb") as stream:
                    stream.write(data)
            except FileExistsError:
                raise UserError(f"编号刚被用掉：{path} 已经有了。请再运行一次，会取下一个号。") from None
            except OSError as error:
                raise UserError(f"写不了文件“{path}”：{reason(error)}。请检查路径和权限。") from error
        else:
            write_file(target, data)

    def commit(self, path: str, message: str, person: Person) -> str:
        """Commit one file as that person and return the short commit id. Raises UserError."""
        from noveto.gitio import Repo, commit

        repo = Repo.discover(self.root)
        if repo is None:
            raise UserError("文件已写好，但这里不是 Git 仓库，没有提交。要提交请先 git init，或去掉 --commit。")
        email = person.emails[0] if person.emails else f"{person.id}@localhost"
        return commit(repo, [path], message, author=person.name, email=email)[:10]

    def due_line(self, record: Record) -> str:
        """Return the date to promise and how it is counted, in one line; "" when nothing runs."""
        from noveto.writing.validate import view_of

        found = view_of(record, self.context, self.settings.today)
        if found.headline is None:
            return ""
        from noveto.writing.due import due_words

        return due_words(found, self.context.calendar, self.settings.today)


class RefusedError(Exception):
    """The text has errors; they have been shown, and nothing was written."""


def title_of(value: dict[str, Any]) -> str:
    """Return what a record is about, in a few words, for its commit message."""
    matter = value.get("matter")
    if isinstance(matter, dict):
        return str(matter.get("name", ""))
    return str(value.get("measure") or value.get("facts") or "").strip().split("\n")[0][:40]
