"""The three kinds of forges, each by its own documented interface."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from noveto.errors import UserError
from noveto.warnings.config import ForgeSetting
from noveto.warnings.forges.base import Api, Forge, Issue

_COLOUR = "b42318"


class Gitea:
    """Gitea and Forgejo: labels are named when listing and numbered when creating."""

    def __init__(self, setting: ForgeSetting, token: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self.label = setting.label
        self.api = Api(
            f"{setting.url.rstrip('/')}/api/v1", {"Authorization": f"token {token}"}, ca=setting.ca, sleep=sleep
        )
        self.repo = f"/repos/{quote(setting.repo)}"
        self._label_id: int | None = None

    def listed(self) -> Iterator[Issue]:
        """Yield the open issues with the label."""
        path = f"{self.repo}/issues?state=open&type=issues&labels={quote(self.label)}"
        for row in self.api.pages(path, 50):
            # An unknown label is silently left out of the question, and then everything comes.
            if any(label.get("name") == self.label for label in row.get("labels") or ()):
                yield _issue(row)

    def search(self, text: str) -> Iterator[Issue]:
        """Search titles and bodies."""
        path = f"{self.repo}/issues?state=all&type=issues&q={quote(text)}"
        yield from (_issue(row) for row in self.api.pages(path, 50))

    def create(self, title: str, body: str) -> Issue:
        """Open an issue with the label's number."""
        value = {"title": title, "body": body, "labels": [self._label()]}
        return _issue(self.api.call("POST", f"{self.repo}/issues", value))

    def edit(self, issue: Issue, *, title: str, body: str, open: bool) -> None:
        """Edit title, body and state."""
        value = {"title": title, "body": body, "state": "open" if open else "closed"}
        self.api.call("PATCH", f"{self.repo}/issues/{issue.number}", value)

    def mark(self, issue: Issue) -> None:
        """Add the label by its number."""
        self.api.call("POST", f"{self.repo}/issues/{issue.number}/labels", {"labels": [self._label()]})

    def comments(self, issue: Issue) -> Iterator[str]:
        """All comments come at once."""
        for row in self.api.call("GET", f"{self.repo}/issues/{issue.number}/comments") or ():
            yield str(row.get("body", ""))

    def comment(self, issue: Issue, body: str) -> None:
        """Add a comment."""
        self.api.call("POST", f"{self.repo}/issues/{issue.number}/comments", {"body": body})

    def _label(self) -> int:
        """Return the label's number, making the label where there is none."""
        if self._label_id is None:
            for row in self.api.pages(f"{self.repo}/labels", 50):
                if row.get("name") == self.label:
                    self._label_id = int(row["id"])
                    break
            else:
                value = {"name": self.label, "color": f"#{_COLOUR}", "description": "有期限已经超期的件"}
                self._label_id = int(self.api.call("POST", f"{self.repo}/labels", value)["id"])
        return self._label_id


class GitLab:
    """GitLab: issues are numbered by ``iid``, comments are notes, a label is made by using it."""

    def __init__(self, setting: ForgeSetting, token: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self.label = setting.label
        self.api = Api(f"{setting.url.rstrip('/')}/api/v4", {"PRIVATE-TOKEN": token}, ca=setting.ca, sleep=sleep)
        self.issues = f"/projects/{quote(setting.repo, safe='')}/issues"

    def listed(self) -> Iterator[Issue]:
        """Yield the open issues with the label."""
        path = f"{self.issues}?state=opened&labels={quote(self.label)}"
        yield from (self._issue(row) for row in self.api.pages(path, 100))

    def search(self, text: str) -> Iterator[Issue]:
        """Search titles."""
        path = f"{self.issues}?state=all&in=title&search={quote(text)}"
        yield from (self._issue(row) for row in self.api.pages(path, 100))

    def create(self, title: str, body: str) -> Issue:
        """Open an issue."""
        value = {"title": title, "description": body, "labels": self.label}
        return self._issue(self.api.call("POST", self.issues, value))

    def edit(self, issue: Issue, *, title: str, body: str, open: bool) -> None:
        """Edit; a change of state is an event."""
        value = {"title": title, "description": body}
        if open != issue.open:
            value["state_event"] = "reopen" if open else "close"
        self.api.call("PUT", f"{self.issues}/{issue.number}", value)

    def mark(self, issue: Issue) -> None:
        """Add the label, leaving others."""
        self.api.call("PUT", f"{self.issues}/{issue.number}", {"add_labels": self.label})

    def comments(self, issue: Issue) -> Iterator[str]:
        """Yield the notes people and programs wrote."""
        for row in self.api.pages(f"{self.issues}/{issue.number}/notes", 100):
            yield str(row.get("body", ""))

    def comment(self, issue: Issue, body: str) -> None:
        """Add a note."""
        self.api.call("POST", f"{self.issues}/{issue.number}/notes", {"body": body})

    def _issue(self, row: Mapping[str, Any]) -> Issue:
        return Issue(int(row["iid"]), str(row["title"]), str(row.get("description") or ""), row["state"] == "opened")


class GitHub:
    """GitHub: pull requests are listed among the issues and have to be left out."""

    def __init__(self, setting: ForgeSetting, token: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self.label = setting.label
        headers = {"Authorization": f"Bearer {token}", "X-GitHub-Api-Version": "2022-11-28"}
        base = setting.url.rstrip("/") or "https://api.github.com"
        self.api = Api(base, headers, ca=setting.ca, sleep=sleep)
        self.name = setting.repo
        self.repo = f"/repos/{quote(setting.repo)}"

    def listed(self) -> Iterator[Issue]:
        """Yield the open issues with the label."""
        for row in self.api.pages(f"{self.repo}/issues?state=open&labels={quote(self.label)}", 100):
            if "pull_request" not in row:
                yield _issue(row)

    def search(self, text: str) -> Iterator[Issue]:
        """Search titles."""
        query = quote(f'repo:{self.name} is:issue in:title "{text}"')
        found = self.api.call("GET", f"/search/issues?q={query}&per_page=100") or {}
        yield from (_issue(row) for row in found.get("items", ()) if "pull_request" not in row)

    def create(self, title: str, body: str) -> Issue:
        """Open an issue; GitHub makes the label where there is none."""
        value = {"title": title, "body": body, "labels": [self.label]}
        return _issue(self.api.call("POST", f"{self.repo}/issues", value))

    def edit(self, issue: Issue, *, title: str, body: str, open: bool) -> None:
        """Edit title, body and state."""
        value = {"title": title, "body": body, "state": "open" if open else "closed"}
        self.api.call("PATCH", f"{self.repo}/issues/{issue.number}", value)

    def mark(self, issue: Issue) -> None:
        """Add the label."""
        self.api.call("POST", f"{self.repo}/issues/{issue.number}/labels", {"labels": [self.label]})

    def comments(self, issue: Issue) -> Iterator[str]:
        """Yield the comments."""
        for row in self.api.pages(f"{self.repo}/issues/{issue.number}/comments", 100):
            yield str(row.get("body", ""))

    def comment(self, issue: Issue, body: str) -> None:
        """Add a comment."""
        self.api.call("POST", f"{self.repo}/issues/{issue.number}/comments", {"body": body})


def open_forge(setting: ForgeSetting, token: str, sleep: Callable[[float], None] = time.sleep) -> Forge:
    """Return the client for a setting. Raises UserError for an unknown kind."""
    kinds: Mapping[str, Callable[[ForgeSetting, str, Callable[[float], None]], Forge]] = {
        "gitea": Gitea, "forgejo": Gitea, "gitlab": GitLab, "github": GitHub,
    }  # fmt: skip
    if setting.kind not in kinds:
        raise UserError(f"代码平台“{setting.kind}”不认识，请写 gitea、forgejo、gitlab 或 github。")
    return kinds[setting.kind](setting, token, sleep)


def _issue(row: Mapping[str, Any]) -> Issue:
    return Issue(int(row["number"]), str(row["title"]), str(row.get("body") or ""), row["state"] == "open")
