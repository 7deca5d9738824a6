"""Clerks at their desks, all at once: each registers, looks, answers; every act is counted in main afterwards."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape

import httpx
from tests.desk.deskclient import new_case

STAFF = ("rsj-005", "rsj-001", "rsj-002", "zjj-005")


@dataclass
class Clerk:
    """One browser and what it has sent."""

    address: str
    n: int
    until: float
    pause: float
    keys: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Work until the time is up."""
        rng = random.Random(self.n)
        with httpx.Client(base_url=self.address, timeout=30, headers={"x-clerk": str(self.n)}) as one:
            try:
                self._ask(one, "POST", "/desk/sign-in", data={"staff": "rsj-005"})
                while time.monotonic() < self.until:
                    number = self._register(one)
                    if number:
                        self._note(one, number)
                    self._ask(one, "GET", "/desk/")
                    time.sleep(rng.uniform(0.5, 1.5) * self.pause)
            except httpx.HTTPError as error:
                self.wrong.append(repr(error))

    def _ask(self, one: httpx.Client, method: str, path: str, **rest: object) -> httpx.Response:
        began = time.monotonic()
        answer = one.request(method, path, **rest)  # type: ignore[arg-type]
        self.times.append(time.monotonic() - began)
        if answer.status_code >= 400:
            self.wrong.append(f"{method} {path} {answer.status_code}")
        return answer

    def _hidden(self, page: httpx.Response) -> dict[str, str]:
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        return {name: unescape(value) for name, value in found}

    def _register(self, one: httpx.Client) -> str:
        form = self._hidden(self._ask(one, "GET", "/desk/new"))
        words = {"applicant.name": f"王小{self.n}", "facts": f"第 {self.n} 位来人，第 {len(self.keys)} 件。"}
        answer = self._ask(one, "POST", "/desk/new", data=form | new_case(**words))
        if answer.status_code != 303:
            self.wrong.append(f"register {answer.status_code}")
            return ""
        self.keys.append(form["key"])
        return self._landed(one, form["key"])

    def _landed(self, one: httpx.Client, key: str) -> str:
        for _ in range(60):
            page = self._ask(one, "GET", f"/desk/act/{key}")
            found = re.search(r"已入台账：([\w-]+)", page.text)
            if found:
                return found[1]
            time.sleep(0.5)
        self.wrong.append(f"{key} never arrived")
        return ""

    def _note(self, one: httpx.Client, number: str) -> None:
        path = f"/desk/case/{number}/step/note"
        form = self._hidden(self._ask(one, "GET", path))
        answer = self._ask(one, "POST", path, data=form | {"text": "已电话说明。", "by": "rsj-005"})
        if answer.status_code == 303:
            self.keys.append(form["key"])


def work(address: str, count: int, seconds: float, pause: float = 1.0) -> Sequence[Clerk]:
    """Let ``count`` clerks work for ``seconds`` and return what they saw."""
    until = time.monotonic() + seconds
    clerks = [Clerk(address, n, until, pause) for n in range(count)]
    threads = [threading.Thread(target=one.run) for one in clerks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return clerks
