"""Receipts and line counted on from what was known come to what counting all of them anew comes to."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from noveto.findings import Finding
from noveto.history.fit import Fit, fit_line
from noveto.ledger import Line
from noveto.ledger.receipts import update_receipts

START = datetime(2026, 3, 2, 8, 0)


class Server:
    """A main and a branch of receipts that grow, and are tampered with; stands in for the repository."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.is_shallow = False
        self.parent: dict[str, str] = {}
        self.tip = ""
        self.months: dict[str, list[tuple[str, str]]] = {}
        self.blobs: dict[str, bytes] = {}
        self.now = START
        self.made = 0

    # -- what a line asks of a repository -------------------------------------------------------------

    def raw_log(self, tip: str, since: str = "") -> Iterator[tuple[list[bytes], list[object]]]:
        known = set(self.line(since))
        for oid in self.line(tip):
            if oid not in known:
                yield [oid.encode(), self.parent[oid].encode(), b"a", b"a@x", b"0"], []

    def ls_tree(self, _: str) -> Iterator[SimpleNamespace]:
        for month, rows in self.months.items():
            data = "".join(
                json.dumps({"commit": oid, "received": f"{at}+08:00", "pusher": "a", "via": "hook"}) + "\n"
                for oid, at in rows
            ).encode()
            name = f"{month} {hash(data)}"
            self.blobs[name] = data
            yield SimpleNamespace(path=f"{month}.jsonl", blob=name)

    def cat_batch(self, names: object) -> Iterator[tuple[str, bytes]]:
        return ((name, self.blobs[name]) for name in names)  # type: ignore[attr-defined]

    # -- what happens ---------------------------------------------------------------------------------

    def line(self, tip: str) -> list[str]:
        found = []
        while tip:
            found.append(tip)
            tip = self.parent[tip]
        return found[::-1]

    def oid(self) -> str:
        self.made += 1
        return f"{self.made:040x}"

    def commit(self, oid: str = "") -> None:
        oid = oid or self.oid()
        self.parent[oid] = self.tip
        self.tip = oid

    def receive(self, oid: str, at: datetime) -> None:
        self.months.setdefault(f"{at:%Y-%m}", []).append((oid, at.isoformat(timespec="seconds")))

    def lacking(self) -> list[str]:
        have = {oid for rows in self.months.values() for oid, _ in rows}
        return [oid for oid in self.line(self.tip) if oid not in have]

    def work(self) -> None:
        self.now += timedelta(hours=self.random.choice([0, 1, 30, 300]))
        self.commit()
        if self.random.random() < 0.7:
            for oid in self.lacking()[-2:]:
                self.receive(oid, self.now)

    def receive_late(self) -> None:
        if lacking := self.lacking():
            self.receive(self.random.choice(lacking), self.now - timedelta(hours=self.random.choice([0, 5])))

    def receive_before(self) -> None:
        oid = self.oid()
        self.receive(oid, self.now)
        if self.random.random() < 0.5:
            self.commit(oid)
        else:
            self.waiting = oid

    def commit_what_was_received(self) -> None:
        if (oid := getattr(self, "waiting", "")) and oid not in self.parent:
            self.commit(oid)

    def edit(self) -> None:
        month = self.random.choice(sorted(self.months)) if self.months else ""
        if month and (rows := self.months[month]):
            at = self.random.randrange(len(rows))
            oid, received = rows[at]
            match self.random.randrange(4):
                case 0:
                    rows[at] = (oid, f"{received[:11]}00:00:01")
                case 1:
                    del rows[at]
                case 2:
                    rows[at] = (self.oid(), received)
                case 3:
                    self.months.setdefault("2026-01", []).append((oid, f"2026-01-01T08:00:{at % 60:02d}"))

    def drop_a_month(self) -> None:
        if self.months:
            del self.months[self.random.choice(sorted(self.months))]

    def force_push(self) -> None:
        line = self.line(self.tip)
        self.tip = line[-self.random.randrange(1, len(line))] if len(line) > 1 else self.tip
        self.commit()


def look(server: Server, line: Line, times: int) -> None:
    line.update(server.tip)
    update_receipts(line, f"receipts {times}")


@pytest.mark.parametrize("seed", range(60))
def test_counting_on_comes_to_what_counting_anew_comes_to(seed: int) -> None:
    server = Server(seed)
    server.commit()
    line = Line(None, server)  # type: ignore[arg-type]
    kept: Fit | None = None
    told: list[Finding] = []
    rare = (server.receive_late, server.receive_before, server.commit_what_was_received, server.edit,
            server.drop_a_month, server.force_push)  # fmt: skip
    for times in range(60):
        for _ in range(server.random.randrange(1, 4)):
            (server.work if server.random.random() < 0.8 else server.random.choice(rare))()
        if server.random.random() < 0.03:
            line.close()
            line = Line(None, server)  # type: ignore[arg-type]
        look(server, line, times)
        kept, told = fit_line(line, kept and Fit.unpack(kept.pack()), told)
        assert (kept, told) == fit_line(line, None, [])
    line.close()


def test_a_line_that_only_grew_is_read_from_where_it_was() -> None:
    server = Server(1)
    server.commit()
    server.receive(server.tip, server.now)
    line = Line(None, server)  # type: ignore[arg-type]
    kept: Fit | None = None
    asked: list[str] = []
    line.db.set_trace_callback(asked.append)
    for times in range(30):
        server.commit()
        server.now += timedelta(hours=1)
        if times % 3 == 0:
            for oid in server.lacking():
                server.receive(oid, server.now)
        look(server, line, times)
        kept, _ = fit_line(line, kept, [])
    assert sum("LEFT JOIN receipts" in text and "k.seq > 0 " in text for text in asked) == 1
    line.close()
