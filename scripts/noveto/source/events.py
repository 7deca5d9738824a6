"""The reference reader: values straight from libyaml's events, with every slip told at its place.

Plain ``true`` and ``false`` become booleans, every other scalar a string. Nothing else of YAML's magic is
kept: anchors, aliases, tags, merge keys, empty values, second documents are slips. Without libyaml the same
events come from PyYAML's own parser.
"""

from __future__ import annotations

from typing import Any

from noveto.findings import make
from noveto.source import slips
from noveto.source.account import Account, EnoughError
from noveto.source.parser import DEEPEST, Trouble, open_events, trouble_of

NULLS = frozenset(("null", "Null", "NULL", "~"))


_RECORD = "照着表样写，例如第一行写 `id: scjgj-20260305-01`"
_OTHER = "照着别的台账里的同名文件写；noveto init 建的空台账里都有"
"""What to write instead of a file without fields: in a record, in the other files."""


class Reader(Account):
    """Builds the value of one text; slips are collected in ``found``, a broken syntax is left in ``trouble``."""

    def __init__(self, text: str, file: str, *, bare_log: bool = True) -> None:
        super().__init__(text, file, bare_log=bare_log)
        self.model = _RECORD if bare_log else _OTHER
        self.trouble: Trouble | None = None
        self.value: Any = None
        self.draft: dict[str, Any] | None = None
        """The value in spite of slips, None where the text was not read to its end."""

    def read(self) -> None:
        """Read the whole text; never raises."""
        from yaml import YAMLError

        try:
            self._read()
        except EnoughError:
            pass
        except (YAMLError, ValueError, OverflowError) as error:
            self.trouble = trouble_of(error)
        if any(finding.severity == "error" for finding in self.found) or self.trouble is not None:
            self.value = None

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
        frames = self.frames
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
                    self.say("NV120", event.start_mark, what="整个文件只是一段文字", model=self.model)
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
                        what = "整个文件是一张单子（以短横或方括号开头）"
                        self.say("NV120", event.start_mark, what=what, model=self.model)
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
            self.found.append(make("NV120", file=self.file, line=1, column=1, what=what, model=self.model))
        self.value = root
        self.draft = root if type(root) is dict else None
