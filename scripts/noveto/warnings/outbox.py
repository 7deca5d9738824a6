"""Sending: each channel gets what it has not had, at its own pace, with patience; a dead one stops no other."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from noveto.warnings.channels.base import Channel, SendError
from noveto.warnings.handover import combine
from noveto.warnings.ladder import climb
from noveto.warnings.model import Basis, Message
from noveto.warnings.planning import Plan
from noveto.warnings.state import Sent

TRIES = 4
_BACK_OFF = 4.0


@dataclass(slots=True)
class Delivery:
    """How one channel fared: how many messages went out, which did not and why."""

    channel: str
    sent: int = 0
    before: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


class Outbox:
    """Sends the messages of a plan. ``sleep`` and ``clock`` (seconds) are put in by tests."""

    def __init__(
        self,
        sent: Sent,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sent = sent
        self._sleep = sleep
        self._clock = clock

    def due(self, channel: Channel, plan: Plan, basis: Basis) -> Iterator[Message]:
        """Yield what ``channel`` still has to send, in order: hand-overs, ladder, digests."""

        def fresh(unit: str, key: str) -> bool:
            return _serves(channel, unit) and not self._sent.when(channel.name, key)

        yield from combine([one for one in plan.handed if fresh(one.unit, one.key)], basis, plan.now)
        yield from climb([one for one in plan.rungs if fresh(one.unit, one.key)], basis, plan.now)
        for digest in plan.digests:
            if fresh(digest.unit, digest.key):
                yield digest.message()

    def deliver(self, channel: Channel, messages: Iterable[Message], now: datetime) -> Delivery:
        """Send what is given, remembering each message once it is out. Never raises for a channel that fails."""
        told = Delivery(channel.name)
        times: deque[float] = deque()
        dead = ""
        for message in messages:
            if dead:
                told.failed.append((message.key, dead))
                continue
            try:
                self._send(channel, message, times)
            except SendError as error:
                told.failed.append((message.key, str(error)))
                dead = str(error) if error.dead else ""
                continue
            self._sent.add(channel.name, message.keys, now)
            told.sent += 1
        return told

    def _send(self, channel: Channel, message: Message, times: deque[float]) -> None:
        for attempt in range(1, TRIES + 1):
            self._pace(channel, times)
            try:
                channel.send(message)
            except SendError as error:
                if error.wait is None or attempt == TRIES:
                    raise
                self._sleep(error.wait * (_BACK_OFF ** (attempt - 1) if error.wait < 30 else 1))
            else:
                return

    def _pace(self, channel: Channel, times: deque[float]) -> None:
        """Wait until the service takes another message: at most so many in so many seconds."""
        most, seconds = channel.pace
        if len(times) >= most:
            wait = times.popleft() + seconds - self._clock()
            if wait > 0:
                self._sleep(wait)
        times.append(self._clock())


def _serves(channel: Channel, unit: str) -> bool:
    return not channel.units or unit in channel.units
