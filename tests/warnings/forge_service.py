"""Forges on 127.0.0.1 with a memory, following the forges' own OpenAPI documents: Gitea or Forgejo, GitLab, GitHub."""

import json
import re
from urllib.parse import parse_qs, unquote, urlsplit

from tests.warnings.services import Service

TOKEN = "0123456789abcdef0123"  # noqa: S105 - of the stand-in


class ForgeService(Service):
    """Issues, labels and comments of one repository. ``revoked`` refuses the token; ``indexed`` is how many issues
    the search knows (None: all), for an index that lags behind."""

    def __init__(self, kind, **more):
        self.kind = kind
        self.issues, self.labels, self.comments = {}, {}, {}
        self.revoked = False
        self.indexed = None
        self.page = {"gitea": 50}.get(kind, 100)
        super().__init__(getattr(type(self), kind), **more)

    # what the three have in common

    def authorised(self, headers):
        given = {
            "gitea": headers.get("Authorization", "") == f"token {TOKEN}",
            "gitlab": headers.get("PRIVATE-TOKEN", "") == TOKEN,
            "github": headers.get("Authorization", "") == f"Bearer {TOKEN}",
        }[self.kind]
        return given and not self.revoked

    def add(self, title, body, labels, **more):
        number = len(self.issues) + 1
        self.issues[number] = {"title": title, "body": body, "labels": labels, "open": True, "pull": False, **more}
        self.comments[number] = []
        return number

    def chosen(self, query, state):
        wanted = query.get("labels", [""])[0]
        text = query.get("q", query.get("search", [""]))[0]
        known = sorted(self.issues) if self.indexed is None or not text else sorted(self.issues)[: self.indexed]
        if wanted and self.kind == "gitea" and wanted not in self.labels.values():
            wanted = ""  # Gitea leaves unknown label names out of the question
        for number in known:
            one = self.issues[number]
            right = state == "all" or one["open"] == (state == "open")
            right = right and (not wanted or wanted in one["labels"])
            if right and text.lower() in (one["title"] + one["body"]).lower():
                yield number

    def paged(self, items, query):
        size = min(int(query.get("limit", query.get("per_page", ["30"]))[0]), self.page)
        page = int(query.get("page", ["1"])[0])
        part = items[(page - 1) * size : page * size]
        more = page * size < len(items)
        headers = {"X-Total-Count": str(len(items))}
        if self.kind == "gitlab":
            headers["X-Next-Page"] = str(page + 1) if more else ""
        elif more:
            headers["Link"] = f'<{self.url}/?page={page + 1}>; rel="next"'
        elif len(items) > size:
            headers["Link"] = f'<{self.url}/?page=1>; rel="first"'
        return 200, part, headers

    def show(self, number):
        one = self.issues[number]
        if self.kind == "gitlab":
            return {"id": 9000 + number, "iid": number, "title": one["title"], "description": one["body"],
                    "state": "opened" if one["open"] else "closed", "labels": one["labels"]}  # fmt: skip
        found = {"id": 9000 + number, "number": number, "title": one["title"], "body": one["body"],
                 "state": "open" if one["open"] else "closed", "labels": [{"name": name} for name in one["labels"]]}  # fmt: skip
        return {**found, "pull_request": {}} if one["pull"] else found

    # the three

    def gitea(self, method, path, headers, body):
        parts = urlsplit(path)
        place = parts.path.removeprefix("/api/v1/repos/sjj/ledger")
        query = parse_qs(parts.query)
        if place == parts.path:
            return 404, {"message": "Not Found"}, {}
        if not self.authorised(headers):
            return 401, {"message": "user does not exist [uid: 0]"}, {}
        value = json.loads(body) if body else {}
        if place == "/labels":
            if method == "GET":
                return self.paged([{"id": key, "name": name} for key, name in self.labels.items()], query)
            if not re.fullmatch("#?[0-9a-fA-F]{6}", value.get("color", "")):
                return 422, {"message": "color"}, {}
            self.labels[len(self.labels) + 11] = value["name"]
            return 201, {"id": len(self.labels) + 10, "name": value["name"]}, {}
        if place == "/issues" and method == "GET":
            return self.paged([self.show(n) for n in self.chosen(query, query.get("state", ["open"])[0])], query)
        if place == "/issues" and method == "POST":
            if not value.get("title") or not all(isinstance(one, int) for one in value.get("labels", ())):
                return 422, {"message": "[]: cannot unmarshal string into Go struct field labels of type int64"}, {}
            if any(one not in self.labels for one in value["labels"]):
                return 404, {"message": "label"}, {}
            number = self.add(value["title"], value.get("body", ""), [self.labels[one] for one in value["labels"]])
            return 201, self.show(number), {}
        return self.issue(method, place, value, query)

    def issue(self, method, place, value, query):
        found = re.fullmatch(r"/issues/(\d+)(/comments|/labels)?", place)
        if not found or int(found[1]) not in self.issues:
            return 404, {"message": "Not Found"}, {}
        number = int(found[1])
        if found[2] == "/labels":
            if method != "POST" or not all(
                isinstance(one, int if self.kind == "gitea" else str) for one in value["labels"]
            ):
                return 422, {"message": "labels"}, {}
            held = self.issues[number]["labels"]
            held += [name for one in value["labels"] if (name := self.labels.get(one, one)) not in held]
            return 200, [{"name": name} for name in held], {}
        if found[2]:
            if method == "GET":
                rows = [{"id": n, "body": text} for n, text in enumerate(self.comments[number], 1)]
                return (200, rows, {}) if self.kind == "gitea" else self.paged(rows, query)
            self.comments[number].append(value["body"])
            return 201, {"id": 1, "body": value["body"]}, {}
        if method == "PATCH":
            one = self.issues[number]
            one |= {key: value[key] for key in ("title", "body") if key in value}
            if "state" in value:
                one["open"] = value["state"] == "open"
            return (201 if self.kind == "gitea" else 200), self.show(number), {}
        return 405, {}, {}

    def gitlab(self, method, path, headers, body):
        parts = urlsplit(path)
        place = parts.path.removeprefix("/api/v4/projects/sjj%2Fledger/issues")
        query = parse_qs(parts.query)
        if place == parts.path:
            return 404, {"message": "404 Project Not Found"}, {}
        if not self.authorised(headers):
            return 401, {"message": "401 Unauthorized"}, {}
        value = json.loads(body) if body else {}
        if place == "" and method == "GET":
            state = {"opened": "open"}.get(query.get("state", ["all"])[0], query.get("state", ["all"])[0])
            return self.paged([self.show(n) for n in self.chosen(query, state)], query)
        if place == "" and method == "POST":
            number = self.add(value["title"], value.get("description", ""), value.get("labels", "").split(","))
            return 201, self.show(number), {}
        found = re.fullmatch(r"/(\d+)(/notes)?", place)
        if not found or int(found[1]) not in self.issues:
            return 404, {"message": "404 Not found"}, {}
        number = int(found[1])
        if found[2] and method == "GET":
            return self.paged([{"id": n, "body": text} for n, text in enumerate(self.comments[number])], query)
        if found[2]:
            self.comments[number].append(value["body"])
            return 201, {"id": 1, "body": value["body"]}, {}
        if method == "PUT":
            one = self.issues[number]
            one |= {name: value[key] for key, name in (("title", "title"), ("description", "body")) if key in value}
            if "add_labels" in value:
                one["labels"] = sorted({*one["labels"], *value["add_labels"].split(",")})
            if "state_event" in value:
                one["open"] = {"close": False, "reopen": True}[value["state_event"]]
            return 200, self.show(number), {}
        return 405, {}, {}

    def github(self, method, path, headers, body):
        parts = urlsplit(path)
        query = parse_qs(parts.query)
        if not self.authorised(headers):
            return 401, {"message": "Bad credentials"}, {}
        value = json.loads(body) if body else {}
        if parts.path == "/search/issues":
            text = re.search(r'"([^"]+)"', unquote(query["q"][0]))[1]
            rows = [self.show(n) for n in self.chosen({"q": [text]}, "all")]
            return 200, {"total_count": len(rows), "incomplete_results": False, "items": rows}, {}
        place = parts.path.removeprefix("/repos/sjj/ledger")
        if place == parts.path:
            return 404, {"message": "Not Found"}, {}
        if place == "/issues" and method == "GET":
            return self.paged([self.show(n) for n in self.chosen(query, query.get("state", ["open"])[0])], query)
        if place == "/issues" and method == "POST":
            return 201, self.show(self.add(value["title"], value.get("body", ""), value.get("labels", []))), {}
        return self.issue(method, place, value, query)
