"""One run of ``noveto warn``: what would be said, or what is sent, and the report of it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from noveto.cli.common import Settings, envelope
from noveto.errors import UserError

if TYPE_CHECKING:
    from noveto.ledger import Ledger
    from noveto.warnings import Basis, Plan
    from noveto.warnings.channels import Channel
    from noveto.warnings.config import WarnSettings
    from noveto.warnings.issues import Synced
    from noveto.warnings.outbox import Delivery
    from noveto.warnings.state import Sent


class Run:
    """One run of the command."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        basis: Basis,
        wanted: WarnSettings,
        made: Plan,
        now: datetime,
        chosen: tuple[str, ...],
    ) -> None:
        self.settings, self.ledger, self.basis, self.wanted = settings, ledger, basis, wanted
        self.plan, self.now, self.chosen = made, now, chosen
        self.failed = False
        self.printed: list[str] = []

    # -- looking --

    def explain(self) -> None:
        """Say for every case why it is or is not announced."""
        told = sorted(self.plan.told, key=lambda one: (one.unit, not one.said, one.id))
        if self.settings.format == "json":
            rows = [{"case": one.id, "unit": one.unit, "announced": one.said, "why": one.why} for one in told]
            self._json(quiet=self.plan.quiet or None, explained=rows)
            return
        lines = [self.plan.quiet] if self.plan.quiet else []
        for one in told:
            lines.append(f"{'发' if one.said else '不发'}  {one.unit}  {one.id}  {one.why}")
        self.settings.write("\n".join(lines) or "没有在走的件，没有什么要提醒。")

    def show(self, *, forge: bool) -> None:
        """Print the exact payloads."""
        from noveto.warnings.issues import wanted
        from noveto.warnings.outbox import Outbox
        from noveto.warnings.state import Nothing

        box = Outbox(Nothing())
        shown: list[dict[str, Any]] = []
        for channel in self._channels(dry=True):
            for message in box.due(channel, self.plan, self.basis):
                payload = channel.payload(message)
                shown.append({"channel": channel.name, "key": message.key, "payload": payload})
        issues = list(wanted(self.plan.late, self.basis, self.now)) if forge and self.wanted.forge else []
        if self.settings.format == "json":
            rows = [{"case": one.case, "level": one.level, "title": one.title, "body": one.body} for one in issues]
            self._json(quiet=self.plan.quiet or None, messages=shown, issues=rows)
            return
        texts = [self.plan.quiet] if self.plan.quiet else []
        texts += [f"—— {one['channel']} · {one['key']}\n{one['payload']}" for one in shown]
        texts += [f"—— 督办单 · {one.title}\n{one.body}" for one in issues]
        self.settings.write("\n\n".join(texts) or "今天没有什么要提醒的，不发。")

    # -- sending --

    def send(self, state_file: Path | None, *, forge: bool) -> None:
        """Send what has not been sent, then bring the forge into line, then report."""
        from noveto.warnings.outbox import Outbox

        done: list[Delivery] = []
        if self.plan.quiet:
            self.settings.note(self.plan.quiet)
        else:
            with self._sent(state_file) as sent:
                box = Outbox(sent)
                for setting in self._settings():
                    channel = self._open(setting, done)
                    if channel is not None:
                        done.append(box.deliver(channel, box.due(channel, self.plan, self.basis), self.now))
        synced = self._sync() if forge and self.wanted.forge and not self.plan.quiet else None
        self._report(done, synced)

    @contextlib.contextmanager
    def _sent(self, state_file: Path | None) -> Iterator[Sent]:
        from noveto.warnings.atonce import sent_of
        from noveto.warnings.state import FileState, Nothing

        if self.ledger.repo is not None:
            with sent_of(self.ledger.repo, self.wanted, state_file) as sent:
                yield sent
            return
        if state_file is None:
            if self.wanted.state == "branch":
                raise UserError("office.yml 写着发送记录放在 warnings 分支（state: branch），可是这里不是 Git 仓库。")
            if any(setting.kind not in ("stdout", "file") for setting in self._settings()):
                raise UserError("这个台账不在 Git 里，发送记录没有地方放。请用 --state FILE 写明放在哪里。")
            yield Nothing()
            return
        with FileState(state_file) as state:
            yield state

    def _settings(self) -> list[Any]:
        from noveto.warnings.config import SCREEN

        known = {setting.name: setting for setting in (SCREEN, *self.wanted.channels)}
        if not self.chosen:
            return list(self.wanted.channels)
        for name in self.chosen:
            if name not in known:
                raise UserError(f"没有叫“{name}”的渠道。office.yml 里有：{'、'.join(known)}。")
        return [known[name] for name in dict.fromkeys(self.chosen)]

    def _channels(self, *, dry: bool) -> Iterator[Channel]:
        from noveto.warnings.channels import open_channel

        for setting in self._settings():
            yield open_channel(setting, self.basis, self.now, root=self.ledger.root, write=self.printed.append, dry=dry)

    def _open(self, setting: Any, done: list[Delivery]) -> Channel | None:
        """Open a channel; one that is not set up rightly is a failure of its own and stops no other."""
        from noveto.warnings.channels import open_channel
        from noveto.warnings.outbox import Delivery

        try:
            return open_channel(setting, self.basis, self.now, root=self.ledger.root, write=self.printed.append)
        except UserError as error:
            done.append(Delivery(setting.name, failed=[("", str(error))]))
            return None

    def _sync(self) -> Synced:
        from noveto.warnings.config import secret_of
        from noveto.warnings.forges import ForgeError, open_forge
        from noveto.warnings.issues import Synced, sync, wanted

        assert self.wanted.forge is not None  # noqa: S101 - asked by the caller
        try:
            forge = open_forge(self.wanted.forge, secret_of(self.wanted.forge.secret))
            return sync(forge, wanted(self.plan.late, self.basis, self.now))
        except (UserError, ForgeError) as error:
            return Synced(failed=[("", str(error))])

    def _report(self, done: list[Delivery], synced: Synced | None) -> None:
        self.failed = any(one.failed for one in done) or bool(synced and synced.failed)
        self._note(done)
        if self.settings.format == "json":
            self._json(
                quiet=self.plan.quiet or None,
                channels=[
                    {"channel": one.channel, "sent": one.sent, "failed": [list(row) for row in one.failed]}
                    for one in done
                ],
                issues=None if synced is None else {
                    "opened": synced.opened, "edited": synced.edited, "raised": synced.raised,
                    "closed": synced.closed, "failed": [list(row) for row in synced.failed],
                },
            )  # fmt: skip
        else:
            self.settings.write("".join(self.printed).rstrip("\n"))
        for one in done:
            if one.sent or one.failed or not self.plan.quiet:
                self.settings.note(
                    f"{one.channel}：发出 {one.sent} 条" + ("" if one.sent or one.failed else "，没有要发的新消息")
                )
            for why, count in _counted(one.failed):
                click.echo(f"错误：渠道“{one.channel}”有 {count} 条没有发成：{why}。再运行一次会补发。", err=True)
        if synced is not None:
            self.settings.note(
                f"督办单：新开 {len(synced.opened)}，更新 {len(synced.edited)}，升级 {len(synced.raised)}，"
                f"关闭 {len(synced.closed)}"
            )
            for why, count in _counted(synced.failed):
                click.echo(f"错误：督办单有 {count} 张没有更新：{why}。再运行一次会补上。", err=True)

    def _note(self, done: list[Delivery]) -> None:
        """Note for 运行状态 that warnings were sent, unless as of some other day or on some channels only."""
        from noveto.ledger import runs

        if self.settings.today_option is None and not self.chosen:
            bad = sum(len(one.failed) for one in done)
            said = f"有 {bad} 条没有发成" if bad else "督办单没有都更新" if self.failed else "运行过，都发成了"
            runs.note_run(
                self.ledger.repo, self.ledger.root, "warn", runs.Run(self.settings.now, not self.failed, said)
            )

    def _json(self, **rest: Any) -> None:
        ledger = self.ledger
        self.settings.write_json(
            envelope(
                "warn",
                self.now.date(),
                known_through=ledger.calendar.known_through,
                calendar_digest=ledger.calendar.digest,
                rules_digest=ledger.rules.digest,
                now=self.now,
                **rest,
            )
        )


def _counted(failed: list[tuple[str, str]]) -> list[tuple[str, int]]:
    """Return each reason once, with how often it was met."""
    found: dict[str, int] = {}
    for _, why in failed:
        found[why] = found.get(why, 0) + 1
    return [(why.rstrip("。"), count) for why, count in found.items()]
