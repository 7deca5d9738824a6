"""Channels that need no service: the screen, and a folder of files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from noveto.errors import reason
from noveto.warnings.channels.base import SendError
from noveto.warnings.config import ChannelSetting
from noveto.warnings.model import TEXT_LIMIT, Message


class Screen:
    """Prints the plain text."""

    kind = "stdout"
    pace = (1_000_000, 1.0)

    def __init__(self, setting: ChannelSetting, write: Callable[[str], None]) -> None:
        self.name = setting.name
        self.units = setting.units
        self._write = write

    def payload(self, message: Message) -> str:
        """The text itself."""
        return message.plain(TEXT_LIMIT)

    def send(self, message: Message) -> None:
        """Print it."""
        self._write(self.payload(message) + "\n\n")


class Folder:
    """Writes one text file a message, named by its key, so that a second run overwrites and never doubles."""

    kind = "file"
    pace = (1_000_000, 1.0)

    def __init__(self, setting: ChannelSetting, base: Path) -> None:
        self.name = setting.name
        self.units = setting.units
        self.folder = base / setting.path

    def payload(self, message: Message) -> str:
        """File name and text."""
        return f"{self._file(message)}\n{message.plain(TEXT_LIMIT)}"

    def send(self, message: Message) -> None:
        """Write it whole or not at all. Raises SendError."""
        target = self._file(message)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            made = target.with_suffix(".tmp")
            made.write_text(message.plain(TEXT_LIMIT) + "\n", "utf-8")
            made.replace(target)
        except OSError as error:
            raise SendError(f"写不了 {target}：{reason(error)}", dead=True) from None

    def _file(self, message: Message) -> Path:
        return self.folder / f"{message.key.replace('/', '-')}.txt"
