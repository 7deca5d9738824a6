"""What `noveto init` gives a forge to run: every line of it, on a real bare repository, with a forge's stand-in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

from noveto.writing import skeleton

TEMPLATES = Path(skeleton.__file__).parent / "templates"
FORGES = {"gitea": ".gitea/workflows/ledger.yml", "github": ".github/workflows/ledger.yml", "gitlab": ".gitlab-ci.yml"}
BROKEN = "id: rsj-20261009-99\nunit: rsj\n"


def git(cwd: Path, *args: str) -> str:
    ours = ["-c", "user.name=测试", "-c", "user.email=t@example.cn"]
    return subprocess.run(["git", *ours, *args], cwd=cwd, check=True, capture_output=True, text=True).stdout.strip()


def lines(forge: str, job: str, *, request: bool) -> list[str]:
    """Return the shell texts of a job in order; those only for another event are left out."""
    value: dict[str, Any] = yaml.safe_load((TEMPLATES / FORGES[forge]).read_text())
    if forge == "gitlab":
        part = value[job]
        return [*part["before_script"], *part["script"], *(part.get("after_script", []) if request else [])]
    steps = value["jobs"][job]["steps"]
    return [step["run"] for step in steps if request or "pull_request" not in step.get("if", "")]


@pytest.fixture
def server(demo_folder: Path, tmp_path: Path) -> Path:
    """A bare repository of a small ledger with the templates on its main."""
    work = tmp_path / "work"
    shutil.copytree(demo_folder, work)
    shutil.copytree(TEMPLATES, work, dirs_exist_ok=True)
    git(work, "add", "-A")
    git(work, "commit", "--allow-empty", "-qm", "流水线")
    git(work, "branch", "-M", "main")
    bare = tmp_path / "ledger.git"
    git(tmp_path, "clone", "-q", "--bare", str(work), str(bare))
    git(bare, "config", "uploadpack.allowFilter", "true")
    git(bare, "config", "uploadpack.allowAnySHA1InWant", "true")
    return bare


class Comments(BaseHTTPRequestHandler):
    """The comments of one merge request, as Gitea, GitHub and GitLab give them. Below /moved everything is elsewhere."""

    kept: ClassVar[dict[int, str]]
    calls: ClassVar[list[tuple[str, str]]]

    def answer(self, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def body(self) -> str:
        self.calls.append((self.command, self.path))
        return str(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"])

    def do_GET(self) -> None:
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/moved"))
            self.end_headers()
            return
        first = self.path.endswith("page=1")
        self.answer([{"id": n, "body": text} for n, text in self.kept.items()] if first else [])

    def do_POST(self) -> None:
        self.kept[len(self.kept) + 1] = self.body()
        self.answer({})

    def do_PATCH(self) -> None:
        self.kept[int(self.path.rpartition("/")[2])] = self.body()
        self.answer({})

    def do_PUT(self) -> None:
        self.do_PATCH()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def comments() -> Iterator[tuple[str, type[Comments]]]:
    class Here(Comments):
        kept: ClassVar = {1: "别人写的"}
        calls: ClassVar = []

    running = ThreadingHTTPServer(("127.0.0.1", 0), Here)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}", Here
    running.shutdown()
    running.server_close()


def run(folder: Path, texts: list[str], env: dict[str, str]) -> list[subprocess.CompletedProcess[str]]:
    """Run shell texts one after the other in one folder, as a runner does; all are run, whatever fails."""
    folder.mkdir()
    home = folder.parent
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    whole = {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "NOVETO_TODAY": "2026-10-10", **env}
    shell = ["bash", "-e", "-o", "pipefail", "-c"]
    return [subprocess.run([*shell, text], cwd=folder, env=whole, capture_output=True, text=True) for text in texts]


def settings(forge: str, server: Path, comments: str, **more: str) -> dict[str, str]:
    place = {"NOVETO_URL": server.as_uri(), "NOVETO_REF": "refs/heads/main", "NOVETO_TOKEN": "t0ken"}
    api = {"NOVETO_API": comments, "NOVETO_FORGE": forge, "NOVETO_REQUEST": "7"}
    theirs = (
        {"CI_MERGE_REQUEST_IID": "7", "CI_API_V4_URL": comments, "CI_PROJECT_ID": "1"} if forge == "gitlab" else api
    )
    return {**place, **theirs, "NOVETO_FORMAT": "gitlab" if forge == "gitlab" else "github", **more}


@pytest.mark.parametrize("forge", FORGES)
def test_a_request_is_checked_and_told_once(
    forge: str, server: Path, comments: tuple[str, type[Comments]], tmp_path: Path
) -> None:
    address, told = comments
    work = tmp_path / "clerk"
    git(tmp_path, "clone", "-q", str(server), str(work))
    git(work, "checkout", "-qb", "change")
    bad = work / "records" / "cases" / "rsj" / "2026-10" / "rsj-20261009-99.yml"
    bad.parent.mkdir(parents=True, exist_ok=True)
    bad.write_text(BROKEN)
    git(work, "add", "-A")
    git(work, "commit", "-qm", "新件")
    git(work, "push", "-q", "origin", "change")
    env = settings(forge, server, address, NOVETO_REF="refs/heads/change", NOVETO_BASE="origin/main")
    results = run(tmp_path / "run1", lines(forge, "check", request=True), env)
    assert results[0].returncode == 0, results[0].stderr
    assert results[1].returncode != 0
    assert "rsj-20261009-99.yml" in results[1].stdout
    assert results[-1].returncode == 0, results[-1].stderr
    (ours,) = [text for text in told.kept.values() if "noveto:check" in text]
    assert "rsj-20261009-99.yml" in ours
    if forge == "gitlab":
        assert json.loads((tmp_path / "run1" / "gl-code-quality-report.json").read_text())
    else:
        assert "::error file=records/cases/rsj/2026-10/rsj-20261009-99.yml" in results[1].stdout
    bad.unlink()
    git(work, "add", "-A")
    git(work, "commit", "-qm", "改正")
    git(work, "push", "-q", "origin", "change")
    again = run(tmp_path / "run2", lines(forge, "check", request=True), env)
    assert again[1].returncode == 0, again[1].stdout + again[1].stderr
    assert len(told.kept) == 2
    assert "rsj-20261009-99.yml" not in told.kept[2]
    assert [method for method, _ in told.calls] == ["POST", "PUT" if forge == "gitlab" else "PATCH"]


@pytest.mark.parametrize("forge", FORGES)
def test_main_gets_receipts_warnings_and_a_site(forge: str, server: Path, tmp_path: Path) -> None:
    work = tmp_path / "clerk"
    git(tmp_path, "clone", "-q", str(server), str(work))
    before = git(work, "rev-parse", "HEAD")
    git(work, "commit", "-q", "--allow-empty", "-m", "新的一天")
    git(work, "push", "-q", "origin", "main")
    env = settings(
        forge, server, "", NOVETO_BEFORE=before, NOVETO_PUSHER="zhang", NOVETO_SITE=str(tmp_path / "site"),
        NOVETO_CACHE=str(tmp_path / "cache"),
    )  # fmt: skip
    results = run(tmp_path / "run", lines(forge, "main", request=False), env)
    assert [one.returncode for one in results] == [0] * len(results), "\n".join(one.stderr for one in results)
    tip = git(work, "rev-parse", "HEAD")
    files = git(server, "ls-tree", "-r", "--name-only", "receipts").split()
    kept = "".join(git(server, "show", f"receipts:{name}") for name in files)
    (receipt,) = [json.loads(line) for line in kept.splitlines() if tip in line]
    assert (receipt["pusher"], receipt["via"]) == ("zhang", "ci")
    assert (tmp_path / "site" / "index.html").is_file()
    assert "已超期" in results[2].stdout + results[-1].stdout + "".join(one.stdout for one in results)


@pytest.mark.parametrize("forge", ["gitea", "github"])
def test_the_workflow_linter_has_nothing_to_say(forge: str, tmp_path: Path) -> None:
    workflow = tmp_path / ".github" / "workflows" / "ledger.yml"
    workflow.parent.mkdir(parents=True)
    shutil.copy(TEMPLATES / FORGES[forge], workflow)
    zizmor = [Path(sys.executable).parent / "zizmor", "--offline", "--no-progress", "--persona", "pedantic", tmp_path]
    done = subprocess.run(zizmor, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "completed" in done.stderr


def test_every_line_of_every_job_is_run() -> None:
    """The tests above take the shell texts of two jobs: there are no others, and none they leave out."""
    for forge, file in FORGES.items():
        value = yaml.safe_load((TEMPLATES / file).read_text())
        if forge == "gitlab":
            jobs = {name for name, part in value.items() if isinstance(part, dict) and "script" in part}
            texts = [
                text
                for name in jobs
                for key in ("before_script", "script", "after_script")
                for text in value[name].get(key, [])
            ]
        else:
            jobs = set(value["jobs"])
            texts = [step["run"] for job in value["jobs"].values() for step in job["steps"]]
        assert jobs == {"check", "main"}
        run_here = lines(forge, "check", request=True) + lines(forge, "main", request=False)
        assert sorted(run_here) == sorted(texts)


def test_no_expression_of_a_forge_stands_in_a_shell_line_and_nothing_foreign_is_run() -> None:
    for forge in FORGES:
        for job in ("check", "main"):
            for text in lines(forge, job, request=True):
                assert "${{" not in text
        assert "uses:" not in (TEMPLATES / FORGES[forge]).read_text()
        assert "://" not in (TEMPLATES / FORGES[forge]).read_text()


@pytest.mark.parametrize("forge", FORGES)
def test_a_redirect_does_not_carry_the_token_away(
    forge: str, comments: tuple[str, type[Comments]], tmp_path: Path
) -> None:
    address, told = comments
    (tmp_path / "check.txt").write_text("没有错")
    env = {"NOVETO_TOKEN": "t0ken", "NOVETO_FORGE": forge, "NOVETO_API": f"{address}/moved", "NOVETO_REQUEST": "7"}
    script = TEMPLATES / "ci" / "comment.py"
    done = subprocess.run([sys.executable, script], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert "没有写到合并请求上" in done.stderr
    assert "302" in done.stderr
    assert told.calls == []
    assert len(told.kept) == 1


def test_an_empty_ledger_has_them() -> None:
    names = skeleton.ledger_files()
    assert {*FORGES.values(), "ci/check.sh", "ci/systemd/noveto-warn.timer"} <= set(names)
