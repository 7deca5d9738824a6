"""What every channel is: a name, whom it serves, what it would send, and sending."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Protocol

from noveto.warnings.model import Message


class SendError(Exception):
    """A message was not delivered; the text says why (Chinese, without secrets).

    ``wait`` is the number of seconds after which trying again makes sense, None where it makes none.
    ``dead`` tells that the channel as a whole is of no use for the rest of this run.
    """

    def __init__(self, why: str, *, wait: float | None = None, dead: bool = False) -> None:
        super().__init__(why)
        self.wait = wait
        self.dead = dead


class Channel(Protocol):
    """One way to reach people.

    ``units`` restricts it to the messages of these units (empty: all).
    """

    @property
    def name(self) -> str:
        """Its name among the office's channels."""

    @property
    def units(self) -> Sequence[str]:
        """Whose messages it carries."""

    @property
    def pace(self) -> tuple[int, float]:
        """How many messages in how many seconds."""

    def payload(self, message: Message) -> str:
        """Return exactly what would be sent, secrets masked."""

    def send(self, message: Message) -> None:
        """Deliver one message. Raises SendError."""


def as_json(value: Any) -> bytes:
    """Return the bytes of a JSON body: UTF-8, Chinese unescaped."""
    return json.dumps(value, ensure_ascii=False).encode()
