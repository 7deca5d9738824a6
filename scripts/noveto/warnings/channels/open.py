"""From a setting to a channel that can send."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from noveto.errors import UserError
from noveto.warnings.channels.base import Channel
from noveto.warnings.channels.local import Folder, Screen
from noveto.warnings.channels.mail import Mail
from noveto.warnings.channels.robots import DingTalk, Feishu, Webhook, WeCom
from noveto.warnings.config import ChannelSetting, secret_of
from noveto.warnings.model import Basis

_ROBOTS = {robot.kind: robot for robot in (WeCom, DingTalk, Feishu, Webhook)}


def open_channel(
    setting: ChannelSetting,
    basis: Basis,
    now: datetime,
    *,
    root: Path,
    write: Callable[[str], None],
    env: Mapping[str, str] = os.environ,
    dry: bool = False,
) -> Channel:
    """Return the channel of a setting; with ``dry`` secrets need not be set.

    Relative paths are taken from ``root``, the ledger's folder; ``write`` prints. Raises UserError when something it
    needs is missing.
    """

    def secret(name: str, must: bool = True) -> str:
        if dry or not (name or must):
            return "***" if name else ""
        if not name:
            raise UserError(f"渠道“{setting.name}”没有写 secret（放密钥的环境变量的名称）。")
        return secret_of(name, env)

    if setting.kind == "stdout":
        return Screen(setting, write)
    if setting.kind == "file":
        _needs(setting, "path")
        return Folder(setting, root)
    if setting.kind == "smtp":
        _needs(setting, "host")
        if setting.user and setting.security == "none":
            raise UserError(f"渠道“{setting.name}”不加密（security: none）时不能用密码登录，会泄露密码。")
        return Mail(setting, secret(setting.secret, bool(setting.user)), basis, now)
    if setting.kind in _ROBOTS:
        key = secret(setting.secret, setting.kind != "webhook" or not setting.url)
        return _ROBOTS[setting.kind](setting, key, secret(setting.sign, must=False))
    raise UserError(f"渠道“{setting.name}”的种类“{setting.kind}”不认识。")


def _needs(setting: ChannelSetting, field: str) -> None:
    if not getattr(setting, field):
        raise UserError(f"渠道“{setting.name}”没有写 {field}。")
