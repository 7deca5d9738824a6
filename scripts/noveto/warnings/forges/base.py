"""What is asked of a forge, and how its answers are read."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from noveto.warnings.http import Answer, HttpError, request, retry_after

_TRIES = 3


class ForgeError(Exception):
    """The forge did not do what was asked; the text says why (Chinese). ``unsure``: it may have done it."""

    def __init__(self, why: str, *, unsure: bool = False) -> None:
        super().__init__(why)
        self.unsure = unsure


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue: its number in the repository, title, body and whether it is open."""

    number: int
    title: str
    body: str
    open: bool


class Forge(Protocol):
    """The calls the standing issues need; all raise ForgeError."""

    def listed(self) -> Iterator[Issue]:
        """Yield every open issue with the label."""

    def search(self, text: str) -> Iterator[Issue]:
        """Yield issues, open or closed, that a search for ``text`` finds (it may lag behind)."""

    def create(self, title: str, body: str) -> Issue:
        """Open an issue with the label."""

    def edit(self, issue: Issue, *, title: str, body: str, open: bool) -> None:
        """Set title, body and state."""

    def mark(self, issue: Issue) -> None:
        """Give an issue the label (again)."""

    def comments(self, issue: Issue) -> Iterator[str]:
        """Yield the texts of an issue's comments."""

    def comment(self, issue: Issue, body: str) -> None:
        """Add a comment."""


class Api:
    """JSON over HTTP with a token: reading is tried again, writing only when it cannot have been carried out."""

    def __init__(
        self, base: str, headers: Mapping[str, str], *, ca: str = "", sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.base = base.rstrip("/")
        self._headers = {**headers, "Accept": "application/json", "User-Agent": "noveto"}
        self._ca = ca
        self._sleep = sleep

    def call(self, method: str, path: str, value: Mapping[str, Any] | None = None) -> Any:
        """Make a call and return the JSON value of its answer. Raises ForgeError."""
        return _value(self._answer(method, path, value))

    def pages(self, path: str, size: int) -> Iterator[Any]:
        """Yield the items of every page of a list; ``path`` has its query already."""
        number = 1
        joint = "&" if "?" in path else "?"
        sized = "limit" if self.base.endswith("/api/v1") else "per_page"
        while True:
            answer = self._answer("GET", f"{path}{joint}{sized}={size}&page={number}", None)
            items = _value(answer)
            if not isinstance(items, list):
                raise ForgeError("代码平台的回答看不懂：应当是一个清单")
            yield from items
            if not items or not _more(answer, len(items), size):
                return
            number += 1

    def _answer(self, method: str, path: str, value: Mapping[str, Any] | None) -> Answer:
        body = json.dumps(value, ensure_ascii=False).encode() if value is not None else b""
        headers = {**self._headers, **({"Content-Type": "application/json"} if body else {})}
        for attempt in range(1, _TRIES + 1):
            last = attempt == _TRIES
            wait = 2.0**attempt
            try:
                answer = request(method, self.base + path, body=body, headers=headers, ca=self._ca)
            except HttpError as error:
                unsure = error.sent and method != "GET"
                if last or unsure or not error.retry:
                    raise ForgeError(str(error), unsure=unsure) from None
            else:
                if answer.status < 300:
                    return answer
                # GitHub says 403 for too many requests at once, with the seconds to wait.
                slow = answer.status == 429 or (answer.status == 403 and "retry-after" in answer.headers)
                busy = slow or (answer.status >= 500 and method in ("GET", "PATCH", "PUT"))
                wait = retry_after(answer.headers, wait)
                if last or not busy:
                    raise ForgeError(_refusal(answer), unsure=answer.status >= 500 and method == "POST")
            self._sleep(wait)
        raise AssertionError  # the last attempt has returned or raised


def _more(answer: Answer, found: int, size: int) -> bool:
    """Say whether another page follows: by the link header where there is one, else by a full page."""
    if "link" in answer.headers:
        return 'rel="next"' in answer.headers["link"]
    if "x-next-page" in answer.headers:
        return bool(answer.headers["x-next-page"].strip())
    return found >= size


def _value(answer: Answer) -> Any:
    try:
        return json.loads(answer.body) if answer.body.strip() else None
    except ValueError:
        raise ForgeError("代码平台的回答不是 JSON，请核对地址（url）") from None


def _refusal(answer: Answer) -> str:
    told = {
        401: "代码平台不认这个令牌（HTTP 401），可能过期或者被吊销了，请换新的",
        403: "令牌没有权限（HTTP 403），要能读写议题（issues）",
        404: "代码平台上没有这个仓库，或者令牌看不到它（HTTP 404）",
        410: "这个仓库关掉了议题（issues）功能（HTTP 410）",
        422: "代码平台不收这样的内容（HTTP 422）",
    }
    if 300 <= answer.status < 400:
        return f"代码平台说仓库换了地址（HTTP {answer.status}），请在 office.yml 里改成新的地址"
    return told.get(answer.status, f"代码平台出错（HTTP {answer.status}）")
