"""The project's own habits: what the tree may hold, locks, documents, help texts, floors."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import click
import pytest

import noveto
from noveto.cli.main import COMMANDS, cli

ROOT = Path(__file__).resolve().parent.parent
CHINESE = re.compile("[\u4e00-\u9fff]")
MEBIBYTE = 1 << 20


@cache
def tracked() -> tuple[Path, ...]:
    """Every file Git holds or would add."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    return tuple(path for name in names.decode().split("\0") if name and (path := ROOT / name).is_file())


def texts() -> list[tuple[str, str]]:
    """Name and text of every tracked text file."""
    found = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data:
            found.append((str(path.relative_to(ROOT)), data.decode("utf-8", "replace")))
    return found


@cache
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def lock(name: str) -> dict[str, tuple[str, int]]:
    """Return package -> (version, number of hashes) of a lock file."""
    entries: dict[str, tuple[str, int]] = {}
    for block in re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text("utf-8")):
        if head := re.match(r"([a-z0-9-]+)==(\S+)", block):
            assert head[1] not in entries, f"{head[1]} twice in {name}: one version for all machines"
            entries[head[1]] = (head[2], len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", block)))
    return entries


def normal(requirement: str) -> str:
    """Return the bare, normalised name of a requirement."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name[0]).lower()


# The patterns are put together here so that this file does not match itself.
FORBIDDEN = {
    "the address of a package index": r"pypi\."
    + r"org|python"
    + r"hosted\.|registry\."
    + r"npmjs|deb\.debian\."
    + "org",
    "an index option": "--(extra-)?" + r"index-url\b",
    "a host on the internet that pages would load from": r"https?://[^\s\")]*(cdn|unp"
    + r"kg|jsdel"
    + r"ivr|google"
    + r"apis|gsta"
    + "tic)",
    "a path of one machine": r"(?<![\w.])/(work|root|farm)/|/home/(?!git\b)\w+/|/tmp/" + "bash",
    "a skipped test": r"@pytest\.mark\." + r"(skip|xfail)\b|pytest\." + r"(skip|xfail)\(",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_tree_holds_nothing_that_ties_it_to_a_place(what):
    pattern = re.compile(FORBIDDEN[what], re.IGNORECASE)
    hits = [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert not hits, f"{what}:\n" + "\n".join(hits[:10])


def test_files_are_small():
    big = [f"{path.relative_to(ROOT)} {path.stat().st_size}" for path in tracked() if path.stat().st_size > MEBIBYTE]
    assert not big


def test_test_files_have_names_of_their_own():
    names = Counter(
        path.name for path in tracked() if path.is_relative_to(ROOT / "tests") and path.name.startswith("test_")
    )
    assert [name for name, times in names.items() if times > 1] == []


def test_text_files_end_in_one_line_feed():
    bad = [
        name
        for name, text in texts()
        if not name.startswith(("tests/", "records/")) and text and (not text.endswith("\n") or "\r" in text)
    ]
    assert bad == []


# --- locks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_everything_by_hash_and_names_no_place(name):
    text = (ROOT / name).read_text("utf-8")
    entries = lock(name)
    assert len(entries) > 40
    assert all(hashes for _, hashes in entries.values())
    assert len(re.findall(r"^[a-z0-9]", text, re.M)) == len(entries), "a line that is no pinned package"
    assert "://" not in text
    assert not re.search(r"\s/", text), "a path of the machine that made it"
    assert not re.search(r"--(index|extra|find|trusted)", text)


def test_the_locks_agree_and_hold_what_the_project_asks_for():
    runtime, dev = lock("requirements.lock"), lock("requirements-dev.lock")
    assert {name: dev.get(name) for name in runtime} == runtime
    groups = project()["dependency-groups"]
    asked = {normal(line) for line in project()["project"]["dependencies"]}
    build = {normal(line) for line in project()["build-system"]["requires"]}
    assert build == {normal(line) for line in groups["build"]}
    assert asked | build <= set(runtime)
    assert {normal(line) for line in groups["dev"] if isinstance(line, str)} <= set(dev)


def test_compiled_packages_are_locked_for_both_machines():
    # One wheel a Python and machine: those with a stable ABI have few, the others many; one or two hashes would
    # mean a source package or a wheel for a single machine.
    entries = lock("requirements-dev.lock")
    compiled = (
        "pyyaml",
        "jsonschema-rs",
        "rpds-py",
        "typst",
        "cryptography",
        "cffi",
        "lxml",
        "markupsafe",
        "mypy",
        "ruff",
    )
    assert {name: entries[name][1] for name in compiled if entries[name][1] < 4} == {}


# --- documents -----------------------------------------------------------------------------------------------------


def test_the_changelog_starts_with_this_version():
    versions = re.findall(r"^## \[([0-9][^\]]*)\] - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert versions[0] == noveto.__version__


def test_the_readme_shows_the_two_commands():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "make serve" in readme
    assert "make test" in readme


def test_a_wheel_carries_what_the_package_needs(tmp_path):
    # Built from what Git would hand over, in a place of its own: an installed copy has no source tree beside it.
    for path in tracked():
        target = tmp_path / "tree" / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=tmp_path / "tree", check=True, capture_output=True)
    [wheel] = (tmp_path / "dist").glob("noveto-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    bundled = tmp_path / "installed" / "noveto" / "_bundled"
    for folder in ("schema", "records/calendar", "records/registry"):
        shipped = {path.name for path in (bundled / folder).iterdir()}
        assert shipped == {path.name for path in tracked() if path.parent == ROOT / folder}
    assert (bundled / "mkdocs.yml").read_bytes() == (ROOT / "mkdocs.yml").read_bytes()
    assert not list((tmp_path / "installed").rglob("test_*.py"))


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/decisions/README.md"])
def test_local_links_of_the_documents_resolve(name):
    page = ROOT / name
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert missing == []


def test_decisions_are_numbered_without_a_gap_and_listed():
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text("utf-8")
    pages = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [int(name[:4]) for name in pages] == list(range(len(pages)))
    for name in pages:
        assert f"]({name})" in index, f"{name} is not listed in docs/decisions/README.md"
        text = (folder / name).read_text("utf-8")
        assert re.match(rf"# {'NNNN' if name.startswith('0000') else name[:4]}: ", text), name
        for heading in ("Question", "Decision", "Alternatives", "Grounds", "Consequences"):
            assert f"\n## {heading}\n" in text, f"{name} lacks {heading}"


def test_every_target_of_the_makefile_is_explained_in_chinese():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.M)
    assert phony
    explained = dict(re.findall(r"^([a-z]+):.*## (.+)$", makefile, re.M))
    assert set(phony[1].split()) == set(explained)
    assert {"setup", "check", "site", "serve", "test", "bench", "soak", "shots", "lock", "clean", "help"} <= set(
        explained
    )
    assert all(CHINESE.search(text) for text in explained.values())


def test_ci_runs_the_suite():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111 == 0o111
    text = script.read_text("utf-8")
    assert "set -euo pipefail" in text
    assert text.rstrip().endswith("make test")


# --- the machine ---------------------------------------------------------------------------------------------------


def preflight(tmp_path, needs, tools=("bash", "dirname", "sort", "paste", "cut", "find"), **environment):
    """Run the check of the machine with only ``tools`` on the path."""
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    for tool in tools:
        for folder in ("/usr/bin", "/bin"):
            if Path(folder, tool).exists():
                (bin_ / tool).symlink_to(Path(folder, tool))
                break
    return subprocess.run(
        ["/bin/bash", str(ROOT / "scripts" / "preflight.sh"), *needs],
        env={"PATH": str(bin_), "HOME": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_bare_machine_is_told_every_missing_package_at_once(tmp_path):
    done = preflight(tmp_path, ["python", "git", "browser", "pdf"])
    assert done.returncode == 1
    assert "apt-get install chromium git poppler-utils python3 python3-venv\n" in done.stderr
    assert len(CHINESE.findall(done.stderr)) > 20


def test_the_names_alone_are_for_ci(tmp_path):
    done = preflight(tmp_path, ["--packages", "git", "pdf"])
    assert (done.returncode, done.stdout) == (0, "git\npoppler-utils\n")


def test_an_old_python_and_one_without_venv_are_told_apart(tmp_path):
    fake = tmp_path / "fake"
    for name, old, venv in (("old", 1, 0), ("bare", 0, 1)):
        case = tmp_path / name
        case.mkdir()
        fake.write_text(
            "#!/bin/bash\n"
            f'case "$*" in *version_info*) exit {old};; *ensurepip*) exit {venv};; *) echo Python 3.9.2;; esac\n'
        )
        fake.chmod(0o755)
        done = preflight(case, ["python"], PYTHON=str(fake))
        assert done.returncode == 1
        assert ("3.9.2" in done.stderr) == (name == "old")
        assert ("install python3-venv" in done.stderr) == (name == "bare")


def test_a_complete_machine_is_told_nothing():
    done = subprocess.run(
        ["/bin/bash", str(ROOT / "scripts" / "preflight.sh"), "python", "git", "fonts", "browser", "pdf"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


# --- the command and the house -------------------------------------------------------------------------------------


def commands() -> dict[str, click.Command]:
    """Every command that exists, subcommands as ``site build``."""
    found: dict[str, click.Command] = {}

    def walk(prefix: str, group: click.Group) -> None:
        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            found[f"{prefix}{name}"] = command
            if isinstance(command, click.Group):
                walk(f"{prefix}{name} ", command)

    walk("", cli)
    return found


def test_every_command_and_option_has_chinese_help():
    assert set(cli.list_commands(click.Context(cli))) <= set(COMMANDS)
    lacking = []
    for name, command in commands().items():
        if not CHINESE.search(command.help or ""):
            lacking.append(name)
        lacking += [
            f"{name} {option.opts[0]}"
            for option in command.params
            if isinstance(option, click.Option) and not option.hidden and not CHINESE.search(option.help or "")
        ]
    assert lacking == []


def test_every_command_is_documented():
    pages = [path for path in tracked() if path.suffix == ".md" and path.name != "CHANGELOG.md"]
    prose = "\n".join(path.read_text("utf-8") for path in pages)
    assert [name for name in commands() if f"noveto {name}" not in prose] == []


def test_the_command_starts_without_the_heavy_libraries():
    heavy = "jsonschema jsonschema_rs git mkdocs jinja2 typst docx xlsxwriter starlette httpx cryptography yaml"
    script = (
        "import sys\nfrom noveto.cli.main import main\nsys.argv = ['noveto', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print(sorted(set('{heavy}'.split()) & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "noveto" in done.stdout
    assert done.stderr.strip() == "[]"


def test_every_folder_of_code_is_a_package():
    # One without __init__.py is passed over by import-linter in silence.
    folders = {
        path.parent for path in tracked() if path.suffix == ".py" and ROOT / "scripts" / "noveto" in path.parents
    }
    folders = {folder for folder in folders if "templates" not in folder.parts}  # files for others, not our code
    assert [folder.name for folder in folders if not (folder / "__init__.py").exists()] == []


def test_the_floors_are_those_of_the_architecture():
    contracts = {contract["id"]: contract for contract in project()["tool"]["importlinter"]["contracts"]}
    floors = contracts["floors"]
    assert floors["exhaustive"] is True
    height = {name: -index for index, layer in enumerate(floors["layers"]) for name in re.findall(r"[a-z_]+", layer)}
    house = [
        ["calendar", "findings", "gitio"],
        ["source", "schema", "rules"],
        ["records", "ledger"],
        ["clocks", "checks", "history", "statistics", "similar"],
        ["site", "forms", "warnings", "desk"],
        ["cli"],
    ]
    for lower, upper in pairwise(house):
        assert max(height[name] for name in lower) < min(height[name] for name in upper)
    assert "ignore_imports" not in floors
    assert contracts["circles"]["ancestors"] == ["noveto"]
    assert "ignore_imports" not in contracts["circles"]
