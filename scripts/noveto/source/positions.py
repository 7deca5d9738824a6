"""Where in a text each key and value stands: a second reading of the events, this time for their marks."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from noveto.source.parser import DEEPEST, open_events

Path = tuple[str | int, ...]
Place = tuple[int, int]


class Places:
    """Line and column (from 1) of every key and value of one text, as far as it can be read."""

    def __init__(self, text: str) -> None:
        self._keys: dict[Path, Place] = {}
        self._values: dict[Path, Place] = {}
        self.flow: set[Path] = set()
        from yaml import YAMLError

        with suppress(YAMLError, ValueError, OverflowError):  # what comes before a fault is known
            self._walk(open_events(text).get_event)

    def find(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """Return the place of the value at ``path`` (list items from 0), or of its key.

        A path that is not there gives the nearest container that is; a list item has no key and gives itself.
        """
        wanted = tuple(path)
        while wanted:
            place = (self._keys.get(wanted) if key else None) or self._values.get(wanted)
            if place is not None:
                return place
            wanted = wanted[:-1]
            key = True
        return self._values.get((), (1, 1))

    def _walk(self, next_event: Any) -> None:
        from yaml import events

        frames: list[_Frame] = []
        while True:
            event = next_event()
            kind = type(event)
            if kind is events.StreamEndEvent or (kind is events.DocumentStartEvent and self._values):
                return
            if kind in (events.MappingEndEvent, events.SequenceEndEvent):
                frames.pop()
                continue
            if kind not in (events.ScalarEvent, events.MappingStartEvent, events.SequenceStartEvent, events.AliasEvent):
                continue
            place = (event.start_mark.line + 1, event.start_mark.column + 1)
            is_scalar = kind in (events.ScalarEvent, events.AliasEvent)
            path: Path = ()
            if frames:
                frame = frames[-1]
                if frame.items >= 0:
                    path = (*frame.path, frame.items)
                    frame.items += 1
                elif frame.key is None:
                    frame.key = event.value if kind is events.ScalarEvent else "?"
                    path = (*frame.path, frame.key)
                    self._keys.setdefault(path, place)
                    if is_scalar:
                        continue
                else:
                    path = (*frame.path, frame.key)
                    frame.key = None
            self._values.setdefault(path, place)
            if not is_scalar:
                if len(frames) > DEEPEST:
                    return
                frames.append(_Frame(path, 0 if kind is events.SequenceStartEvent else -1))
                if kind is events.SequenceStartEvent and event.flow_style:
                    self.flow.add(path)


class _Frame:
    """An open container: its path, the key that waits for its value, the number of items (-1 in a mapping)."""

    __slots__ = ("items", "key", "path")

    def __init__(self, path: Path, items: int) -> None:
        self.path = path
        self.items = items
        self.key: str | None = None
