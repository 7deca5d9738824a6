"""What the desk is told: by the environment (NOVETO_*, the only place for secrets) and by the command's options."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from noveto.desk.vaultfile import sealed_path, state_folder
from noveto.errors import UserError

CHINA = timezone(timedelta(hours=8))
SHORTEST_SECRET = 32


@dataclass(frozen=True, slots=True)
class Settings:
    """The desk's settings.

    ``root`` is the ledger's work tree (or bare repository), ``state`` the folder of queue and drafts, outside Git.
    ``env`` holds every NOVETO_* variable for the ways to sign in. ``day`` is a trial day in place of today.
    """

    root: Path
    state: Path
    sealed: Path
    secret: bytes = field(repr=False)
    demo: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = ""
    site: Path | None = None
    day: date | None = None
    idle_minutes: int = 10
    session_hours: int = 10
    secure_cookies: bool = False
    env: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def now(self) -> datetime:
        """China time to the minute; on a trial day that day with the present hour."""
        now = datetime.now(CHINA).replace(tzinfo=None, second=0, microsecond=0)
        return datetime.combine(self.day, now.time()) if self.day else now

    @property
    def today(self) -> date:
        """The day that counts as today."""
        return self.now.date()


def read_settings(
    root: Path,
    *,
    demo: bool = False,
    host: str = "127.0.0.1",
    port: int = 8000,
    state: Path | None = None,
    site: Path | None = None,
    day: date | None = None,
    env: Mapping[str, str] = os.environ,
) -> Settings:
    """Read the settings. Raises UserError when a production desk has no secret or a short one.

    In a demonstration a secret is made for this run, and state and sealed register lie in ``state`` (which must
    then be given).
    """
    own = {key: value for key, value in env.items() if key.startswith("NOVETO_")}
    secret = own.get("NOVETO_SECRET", "").strip()
    if not secret and demo:
        secret = secrets.token_hex(32)
    if len(secret) < SHORTEST_SECRET:
        raise UserError(
            "办件台要有自己的密钥：请把环境变量 NOVETO_SECRET 设成至少 32 个随机字符（openssl rand -hex 32）。"
            "只是试用，加 --demo。"
        )
    folder = state or (Path(own["NOVETO_STATE"]).expanduser() if own.get("NOVETO_STATE") else state_folder(env))
    base = own.get("NOVETO_BASE_URL", "").rstrip("/")
    return Settings(
        root=root,
        state=folder,
        sealed=folder / "sealed.db" if demo and "NOVETO_SEALED" not in own else sealed_path(env),
        secret=secret.encode(),
        demo=demo,
        host=host,
        port=port,
        base_url=base,
        site=site,
        day=day,
        secure_cookies=base.startswith("https://"),
        env=own,
    )


def demo_state(root: Path, made: str, env: Mapping[str, str] = os.environ) -> Path:
    """Return where a demonstration keeps queue and drafts: outside Git, one folder a ledger.

    ``made`` says when the ledger was made: what was kept for one that has been made anew since is deleted.
    """
    mark = hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:12]
    folder = state_folder(env) / f"demo-{mark}"
    stamp = folder / "made-for"
    if folder.is_dir() and (not stamp.is_file() or stamp.read_text("utf-8") != made):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp.write_text(made, "utf-8")
    return folder
