"""The frame: guides and shells rendered by MkDocs with mkdocs-material, the only module that knows the engine.

Another engine takes over by replacing ``build_frame``: it gets a folder of Markdown pages and mkdocs.yml and has to
leave finished HTML behind. No plugin or hook is involved.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from noveto.errors import UserError

ENGINE_NOTICES = {"NO_MKDOCS_2_WARNING": "true", "DISABLE_MKDOCS_2_WARNING": "true"}
"""Environment that keeps the engine's notices about its own future from the clerk's screen."""


def frame_digest(config: Path, folders: Iterable[Path], extra: Mapping[str, str]) -> str:
    """Hash everything the frame depends on: configuration, source files, generated pages, engine versions."""
    from importlib.metadata import version

    sha = hashlib.sha256()
    for name in ("mkdocs", "mkdocs-material", "pymdown-extensions", "Markdown"):
        sha.update(f"{name}={version(name)}\n".encode())
    sha.update(config.read_bytes())
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                sha.update(f"{path.relative_to(folder).as_posix()}\0".encode())
                sha.update(path.read_bytes())
    for name in sorted(extra):
        sha.update(f"{name}\0{extra[name]}\0".encode())
    return sha.hexdigest()


def assemble(docs: Path, pages: Mapping[str, str], work: Path) -> None:
    """Copy ``docs`` to the empty folder ``work`` and lay the generated Markdown ``pages`` over it."""
    shutil.copytree(docs, work, dirs_exist_ok=True)
    for name, text in pages.items():
        target = work / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def build_frame(settings: Mapping[str, Any], work: Path, out: Path, *, strict: bool = True) -> None:
    """Render the Markdown folder ``work/docs`` into ``out``; ``settings`` is the plain value of mkdocs.yml.

    Raises UserError with the engine's own words when it fails or, with ``strict``, when it warns.
    """
    os.environ.update(ENGINE_NOTICES)
    import yaml
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    config = work / "mkdocs.yml"
    config.write_text(yaml.safe_dump(dict(settings), allow_unicode=True, sort_keys=False), encoding="utf-8")
    said = _Collector()
    logger = logging.getLogger("mkdocs")
    before, propagate = logger.level, logger.propagate
    logger.addHandler(said)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    try:
        build(load_config(str(config), site_dir=str(out)))
    except (MkDocsException, SystemExit) as error:
        raise UserError(f"网页框架没有生成：{'；'.join(said.lines[:5]) or error}") from error
    finally:
        logger.removeHandler(said)
        logger.setLevel(before)
        logger.propagate = propagate
    if strict and said.lines:
        raise UserError(f"网页框架有问题，没有生成：{'；'.join(said.lines[:5])}")


def frame_settings(config: Path, theme: Path, work: Path, **changes: Any) -> dict[str, Any]:
    """Read mkdocs.yml and point its folders at ``theme`` and ``work``; ``changes`` replace top-level settings."""
    import yaml

    settings: dict[str, Any] = yaml.safe_load(config.read_text(encoding="utf-8"))
    settings |= {"docs_dir": str(work / "docs")} | changes
    settings["theme"]["custom_dir"] = str(theme)
    for extension in settings["markdown_extensions"]:
        if isinstance(extension, dict) and "pymdownx.snippets" in extension:
            extension["pymdownx.snippets"]["base_path"] = [str(work / "docs")]
    return settings


class _Collector(logging.Handler):
    """Keeps what the engine says instead of printing it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(record.getMessage())
