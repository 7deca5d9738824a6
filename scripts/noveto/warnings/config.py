"""Where warnings go: the ``warn`` section of records/registry/office.yml. Secrets stay in the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from noveto.errors import UserError

KINDS = ("stdout", "file", "smtp", "wecom", "dingtalk", "feishu", "webhook")


@dataclass(frozen=True, slots=True)
class ChannelSetting:
    """One channel. ``secret`` and ``sign`` are names of environment variables, never values.

    ``units`` restricts it to the messages of these units (empty: all of them); ``url`` is the service's address
    without key, the public one by default; ``ca`` a file of certificates to trust instead of the system's.
    """

    name: str
    kind: str
    units: tuple[str, ...] = ()
    url: str = ""
    secret: str = ""
    sign: str = ""
    ca: str = ""
    path: str = ""
    host: str = ""
    port: int = 0
    security: str = "starttls"
    user: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()


SCREEN = ChannelSetting("stdout", "stdout")
"""Where messages go as long as nothing is set."""


@dataclass(frozen=True, slots=True)
class ForgeSetting:
    """Where the standing issues of overdue cases are kept."""

    kind: str
    url: str
    repo: str
    secret: str
    label: str = "超期"
    ca: str = ""


@dataclass(frozen=True, slots=True)
class WarnSettings:
    """The whole section. ``state`` is file (beside the clone) or branch (in the ledger's repository)."""

    channels: tuple[ChannelSetting, ...]
    forge: ForgeSetting | None = None
    state: str = "file"


def read_settings(office: Mapping[str, Any] | None) -> WarnSettings:
    """Build the settings from the plain value of office.yml (form-valid); without a section: to the screen.

    Raises UserError when two channels have one name.
    """
    given = (office or {}).get("warn") or {}
    channels = tuple(_channel(row) for row in given.get("channels", ()))
    names = [channel.name for channel in channels]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UserError(f"office.yml 的 warn 里有两个渠道都叫“{twice[0]}”。请给每个渠道起不同的名称（name）。")
    forge = given.get("forge")
    return WarnSettings(
        channels or (SCREEN,),
        ForgeSetting(**{key: str(value) for key, value in forge.items()}) if forge else None,
        str(given.get("state", "file")),
    )


def _channel(row: Mapping[str, Any]) -> ChannelSetting:
    kind = str(row["kind"])
    texts = {
        key: str(row[key]) for key in ("url", "secret", "sign", "ca", "path", "host", "security", "user") if key in row
    }
    return ChannelSetting(
        str(row.get("name", kind)), kind, tuple(row.get("units", ())), port=int(row.get("port", 0)),
        sender=str(row.get("from", "")), to=tuple(row.get("to", ())), **texts,
    )  # fmt: skip


def secret_of(name: str, env: Mapping[str, str] = os.environ) -> str:
    """Return a secret from the environment. Raises UserError naming the variable that is not set."""
    value = env.get(name, "").strip()
    if not value:
        raise UserError(f"环境变量 {name} 没有设置。密钥只从环境变量读，请在计划任务或流水线的密钥里设好再运行。")
    return value
