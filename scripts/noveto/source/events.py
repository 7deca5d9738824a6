"""The reference reader: values straight from libyaml's events, with every slip told at its place.

Plain ``true`` and ``false`` become booleans, every other scalar a string. Nothing else of YAML's magic is
kept: anchors, aliases, tags, merge keys, empty values, second documents are slips. Without libyaml the same
events come from PyYAML's own parser.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from noveto.findings import Finding, make
from noveto.source import slips
from noveto.source.parser import DEEPEST, Trouble, open_events, trouble_of
from noveto.source.positions import Places

NULLS = frozenset(("null", "Null", "NULL", "~"))
_REPORTED = 50


def field_name(path: Sequence[str | int]) -> str:
    """Return a path as findings show it: dotted, list items counted from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)


class _EnoughError(Exception):
    """So many slips are told that more would not help."""


class Reader:
    """Builds the value of one text; slips are collected in ``found``, a broken syntax is left in ``trouble``."""

    def __init__(self, text: str, file: str, *, bare_log: bool = True) -> None:
        self.text = text
        self.file = file
        self.bare_log = bare_log
        self.found: list[Finding] = []
        self.trouble: Trouble | None = None
        self.value: Any = None
        self._told: set[tuple[str, int, int]] = set()
        self._lines: list[str] | None = None
        self._places: Places | None = None
        self._frames: list[tuple[Any, str | None, bool]] = []  # open containers: parent, its key, whether in flow

    def read(self) -> None:
        """Read the whole text; never raises."""
        from yaml import YAMLError

        try:
            self._read()
        except _EnoughError:
            pass
        except (YAMLError, ValueError, OverflowError) as error:
            self.trouble = trouble_of(error)
        if any(finding.severity == "error" for finding in self.found) or self.trouble is not None:
            self.value = None

    def say(self, code: str, mark: Any, /, **params: Any) -> None:
        """Note a slip at a mark of libyaml."""
        place = (code, mark.line + 1, mark.column + 1)
        if place not in self._told:
            self._told.add(place)
            self.found.append(make(code, file=self.file, line=place[1], column=place[2], **params))
            if len(self.found) >= _REPORTED:
                raise _EnoughError

    def first_line(self, path: Sequence[str | int]) -> int:
        """Return the line (from 1) of the first key at ``path``."""
        if self._places is None:
            self._places = Places(self.text)
        return self._places.find(path, key=True)[0]

    def line(self, number: int) -> str:
        """Return a line of the text by its number from 0, "" past the end."""
        if self._lines is None:
            self._lines = self.text.split("\n")
        return self._lines[number] if number < len(self._lines) else ""

    def path(self, node: Any, key: str | None) -> tuple[str | int, ...]:
        """Return the path of the value now read in ``node``; list items count from 0."""
        path: list[str | int] = []
        for parent, name, _ in self._frames[1:]:
            path.append(len(parent) - 1 if type(parent) is list else name or "?")
        if type(node) is list:
            path.append(len(node))
        elif key is not None:
            path.append(key)
        return tuple(path)

    def field(self, node: Any, key: str | None) -> str:
        """Return :meth:`path` as findings show it."""
        return field_name(self.path(node, key))

    def _read(self) -> None:
        from yaml.events import (
            AliasEvent,
            DocumentEndEvent,
            DocumentStartEvent,
            MappingEndEvent,
            MappingStartEvent,
            ScalarEvent,
            SequenceEndEvent,
            SequenceStartEvent,
            StreamEndEvent,
        )

        text = self.text
        next_event = open_events(text).get_event
        look, quotes = slips.look_at, slips.QUOTES
        marked = "&" in text or "!" in text
        escaped = "\\" in text or "+" in text
        commented = slips.commented_lines(text)
        frames = self._frames
        root: Any = None
        node: Any = None
        key: str | None = None
        flow = False
        documents = 0
        while True:
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                value: Any = event.value
                if marked and (event.anchor is not None or event.tag is not None):
                    slips.properties(self, event, node, key)
                if key is None and type(node) is dict:
                    if value in node:
                        slips.twice(self, event, node, value)
                    elif value == "<<" and not event.style:
                        self.say("NV115", event.start_mark)
                    elif not value.isascii() or value[:1] in ("", "-"):
                        slips.odd_key(self, event, node)
                    key = value
                    continue
                if not event.style:
                    if value == "true":
                        value = True
                    elif value == "false":
                        value = False
                    elif not value or value in NULLS:
                        if key == "log" and len(frames) == 1 and not value and self.bare_log:
                            value = None
                        else:
                            slips.empty(self, event, node, key, flow)
                    elif (
                        value[0] in quotes
                        or "：" in value
                        or (flow and "，" in value)
                        or (commented and event.end_mark.line in commented)
                    ):
                        look(self, event, node, key, flow)
                elif not value.strip():
                    slips.empty(self, event, node, key, flow)
                elif escaped:
                    look(self, event, node, key, flow)
                if key is not None:
                    node[key] = value
                    key = None
                elif node is None:
                    self.say("NV120", event.start_mark, what="整个文件只是一段文字")
                    return
                else:
                    node.append(value)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if event.anchor is not None or event.tag is not None:
                    slips.properties(self, event, node, key)
                new: Any = {} if kind is MappingStartEvent else []
                if node is None:
                    root = new
                    if type(new) is list:
                        self.say("NV120", event.start_mark, what="整个文件是一张单子（以短横或方括号开头）")
                        return
                elif type(node) is list:
                    node.append(new)
                elif key is None:
                    self.say("NV127", event.start_mark, what="栏目名的位置是一个括号或一张单子")
                else:
                    node[key] = new
                frames.append((node, key, flow))
                if len(frames) > DEEPEST:
                    self.say("NV118", event.start_mark, limit=DEEPEST)
                    return
                node, key, flow = new, None, flow or bool(event.flow_style)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                node, key, flow = frames.pop()
                key = "?" if key is None and type(node) is dict else None  # after a container as key
            elif kind is AliasEvent:
                sign = f"*{event.anchor}"
                self.say("NV113", event.start_mark, sign=sign, mark="*", field=self.field(node, key))
                if type(node) is dict and key is None:
                    key = sign
                elif type(node) is dict:
                    node[key] = sign
                    key = None
                elif node is not None:
                    node.append(sign)
            elif kind is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self.say("NV116", event.start_mark)
                    return
                if event.version is not None or event.tags:
                    self.say("NV117", event.start_mark, sign="%")
            elif kind is DocumentEndEvent:
                if event.explicit:
                    self.say("NV117", event.start_mark, sign="...")
            elif kind is StreamEndEvent:
                break
        if not root and not self.found:
            what = "文件里只有注释" if self.text.strip() and root is None else "文件是空的"
            self.found.append(make("NV120", file=self.file, line=1, column=1, what=what))
        self.value = root
