"""What the cache answers is what a full reading answers, whatever happened in between."""

from __future__ import annotations

import contextlib
import json
import os
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from noveto.ledger import Ledger, Recipe
from noveto.ledger.places import RECORDS

DAY = date(2026, 3, 5)
SEEDS = int(os.environ.get("NOVETO_SEEDS", "3"))
"""How many random lives to follow; ``make soak`` asks for more."""


def recipes(ledger: Ledger) -> tuple[Recipe, Recipe, Recipe]:
    registry = ledger.registry.digest
    return (
        Recipe("outline", registry, "recipes_under_test:outline", arrivals="all", params="a"),
        Recipe("vetoes", registry, "recipes_under_test:outline", arrivals="veto", params="b"),
        Recipe("line", "1", "recipes_under_test:first_line", kinds=("case", "units", "stray"), broken=True),
    )


def everything(root: Path, *, at: str | None = None, cache: bool = True, order: int = 0) -> dict[str, Any]:
    """Ask a ledger everything; ``order`` asks in another order."""
    with Ledger.open(root, at=at, cache=cache) as ledger:
        said: dict[str, Any] = {}
        one, two, three = recipes(ledger)
        asks = [
            ("cases", lambda: [(r.path, r.blob, r.value, r.case.log) for r in ledger.cases()]),
            ("quarantined", lambda: [(q.path, q.findings) for q in ledger.quarantined]),
            ("findings", lambda: list(ledger.form_findings())),
            ("misplaced", ledger.misplaced),
            ("outline", lambda: list(ledger.derived(one))),
            ("live", lambda: list(ledger.live(one, DAY + timedelta(days=2)))),
            ("vetoes", lambda: list(ledger.derived(two))),
            ("line", lambda: list(ledger.derived(three))),
            ("arrivals", lambda: [(r.path, ledger.arrivals.of(r.path)) for r in ledger.cases()]),
            ("registry", lambda: (sorted(ledger.registry.staff), ledger.registry.broken)),
            ("digest", lambda: ledger.digest),
            ("count", lambda: ledger.count("case")),
            ("count of all", lambda: (ledger.count_records() - ledger.count(*RECORDS), ledger.count_records())),
        ]
        random.Random(order).shuffle(asks)
        for name, ask in asks:
            said[name] = ask()
        assert said["count of all"][0] == 0
        return said


class Life:
    """Random things that happen to a ledger."""

    def __init__(self, small, texts, seed: int) -> None:
        self.small, self.texts = small, texts
        self.dice = random.Random(seed)
        self.number = 0
        self.tags: list[str] = []

    def files(self) -> list[str]:
        return sorted(
            str(path.relative_to(self.small.root))
            for path in (self.small.root / "records/cases").rglob("*.yml")
            if path.is_file() and not path.is_symlink()
        )

    def add(self) -> None:
        self.number += 1
        day = DAY + timedelta(days=self.dice.randrange(60))
        name = f"{self.dice.choice(('scjgj', 'rsj'))}-{day:%Y%m%d}-{self.number:02d}"
        log = self.dice.choice(
            ("", self.texts.submitted(), self.texts.proposed(), self.texts.submitted() + self.texts.answered())
        )
        self.small.put(self.texts.path(name), self.texts.case(name, log))

    def append(self) -> None:
        if files := self.files():
            step = self.dice.choice((self.texts.submitted(), self.texts.proposed(), self.texts.answered()))
            self.small.append(self.dice.choice(files), self.dice.choice(("", "# 说明\n")) + step)

    def rewrite(self) -> None:
        if files := self.files():
            path = self.dice.choice(files)
            self.small.put(
                path,
                self.small.read(path)
                .replace("目录没有", "目录里没有")
                .replace("\n", "\r\n", self.dice.randrange(2) * 99),
            )

    def break_one(self) -> None:
        if files := self.files():
            path = self.dice.choice(files)
            self.small.put(
                path,
                self.dice.choice(
                    (
                        b"\xff",
                        b"a: [",
                        b"",
                        self.small.read(path).replace("track:", "trak:").encode("utf-8", "surrogateescape"),
                    )
                ),
            )

    def delete(self) -> None:
        if files := self.files():
            (self.small.root / self.dice.choice(files)).unlink()

    def rename(self) -> None:
        if files := self.files():
            path = self.small.root / self.dice.choice(files)
            target = path.with_name(f"x{self.dice.randrange(9)}-{path.name}")
            path.rename(target)

    def stray(self) -> None:
        self.small.put(f"records/cases/scjgj/{self.dice.choice(('a.txt', '2026-03/b.yaml', 'c/d.yml'))}", "x")

    def link(self) -> None:
        with contextlib.suppress(FileExistsError):
            folder = self.small.root / "records/cases/scjgj/2026-03"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"scjgj-20260310-{self.dice.randrange(90, 99)}.yml").symlink_to("elsewhere.yml")

    def commit(self) -> None:
        self.small.commit()
        if self.dice.random() < 0.5:
            self.receive()

    def commit_some(self) -> None:
        if files := self.files():
            self.small.git("add", *self.dice.sample(files, min(2, len(files))))
            self.small.commit(all=False)

    def receive(self) -> None:
        commits = self.small.git("rev-list", "--first-parent", "-n4", "HEAD").split()
        day = DAY + timedelta(days=self.dice.randrange(90))
        self.small.receipt(
            *(
                (oid, f"{day}T10:00:00+08:00")
                for oid in self.dice.sample(commits, self.dice.randrange(1, len(commits) + 1))
            )
        )

    def branch(self) -> None:
        self.small.commit()
        name = f"b{self.dice.randrange(10**6)}"
        self.small.git("checkout", "-q", "-b", name)
        self.add()
        self.append()
        self.small.commit()
        if self.dice.random() < 0.7:
            self.small.git("checkout", "-q", "main")
            self.add()
            self.small.commit()
            if self.dice.random() < 0.6:
                self.small.git("merge", "-q", "--no-ff", "-m", "merge", name)
        else:  # pull, then push: main's old tip becomes a second parent
            self.small.git("checkout", "-q", "main")
            self.add()
            self.small.commit()
            self.small.git("checkout", "-q", name)
            self.small.git("merge", "-q", "--no-ff", "-m", "foxtrot", "main")
            self.small.git("branch", "-f", "main", name)
            self.small.git("checkout", "-q", "main")

    def rewind(self) -> None:
        self.small.commit()
        if len(self.small.git("rev-list", "--first-parent", "HEAD").split()) > 3:
            self.small.git("reset", "-q", "--hard", f"HEAD~{self.dice.randrange(1, 3)}")

    def registry(self) -> None:
        path = "records/registry/staff.yml"
        self.small.put(path, self.small.read(path).replace("name: ", f"name: 甲{self.dice.randrange(9)}", 40))

    def schema(self) -> None:
        path = self.small.root / "schema/case.schema.json"
        schema = json.loads(path.read_text())
        if "extra" in schema["properties"]:
            del schema["properties"]["extra"]
            schema["required"] = [name for name in schema["required"] if name != "extra"]
        else:
            schema["properties"]["extra"] = {"type": "string", "title": "其他"}
            if self.dice.random() < 0.3:
                schema["required"].append("extra")
        path.write_text(json.dumps(schema, ensure_ascii=False))

    def forget(self) -> None:
        for file in (self.small.root / ".git/noveto").glob("*.sqlite*"):
            file.unlink()

    def damage(self) -> None:
        for file in (self.small.root / ".git/noveto").glob("*.sqlite"):
            data = bytearray(file.read_bytes())
            how = self.dice.randrange(4)
            if how == 0:
                data = bytearray(b"no database at all" * 100)
            elif how == 1:
                data = data[: len(data) // 2]
            elif how == 2:
                for at in range(0, len(data), 4096):
                    data[at + 50 : at + 90] = self.dice.randbytes(40)
            else:
                data = bytearray()
            file.write_bytes(bytes(data))


COMMON = ("add", "add", "append", "append", "append", "rewrite", "break_one", "delete", "rename", "stray", "link", "commit",
          "commit", "commit_some", "receive")  # fmt: skip
RARE = ("branch", "rewind", "registry", "schema", "forget", "damage")


@pytest.mark.parametrize("seed", range(SEEDS))
def test_incremental_is_full(small, texts, seed: int) -> None:
    life = Life(small, texts, seed)
    life.add()
    life.commit()
    revisions = [small.git("rev-parse", "HEAD")]
    rare = list(RARE)
    life.dice.shuffle(rare)
    for turn in range(12):
        for _ in range(life.dice.randrange(1, 4)):
            getattr(life, life.dice.choice(COMMON))()
        if turn % 2 and rare:
            getattr(life, rare.pop())()

        assert everything(small.root, order=turn) == everything(small.root, cache=False)

        if turn % 4 == 3:
            rev = life.dice.choice(revisions)
            assert everything(small.root, at=rev) == everything(small.root, at=rev, cache=False)
        revisions.append(small.git("rev-parse", "HEAD"))
