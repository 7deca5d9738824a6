"""Put the result of the check under a merge request: one comment, edited in place."""

import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any

MARK = "<!-- noveto:check -->"
LONGEST = 30_000


class Stay(urllib.request.HTTPRedirectHandler):
    """Follow no redirect: it would carry the token to wherever it points."""

    def redirect_request(self, *_: Any) -> None:
        """Go nowhere."""


OPENER = urllib.request.build_opener(Stay)


def call(method: str, url: str, body: object = None) -> Any:
    """Ask the forge. Raises urllib.error.URLError."""
    token = os.environ["NOVETO_TOKEN"]
    header = {"PRIVATE-TOKEN": token} if os.environ["NOVETO_FORGE"] == "gitlab" else {"Authorization": f"token {token}"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {**header, "Content-Type": "application/json"}, method=method)
    with OPENER.open(request, timeout=30) as answer:
        return json.load(answer)


def main() -> None:
    """Find our comment among the newest pages; edit it, or write the first."""
    api, number = os.environ["NOVETO_API"].rstrip("/"), os.environ["NOVETO_REQUEST"]
    gitlab = os.environ["NOVETO_FORGE"] == "gitlab"
    comments = f"{api}/merge_requests/{number}/notes" if gitlab else f"{api}/issues/{number}/comments"
    text = Path("check.txt").read_text(encoding="utf-8")[:LONGEST]
    body = {"body": f"{MARK}\n检查结果：\n\n````text\n{text.replace('````', '')}\n````\n"}
    for page in range(1, 11):
        found = call("GET", f"{comments}?per_page=50&limit=50&page={page}")
        for one in found:
            if one["body"].startswith(MARK):
                edit = f"{comments}/{one['id']}" if gitlab else f"{api}/issues/comments/{one['id']}"
                call("PUT" if gitlab else "PATCH", edit, body)
                return
        if not found:
            break
    call("POST", comments, body)


try:
    main()
except OSError as error:
    sys.exit(f"检查结果没有写到合并请求上：{error}")
