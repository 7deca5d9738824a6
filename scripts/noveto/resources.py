"""Where the files that ship with the package are: schema, rules, calendar, templates.

A built wheel carries copies under ``noveto/_bundled/``; an editable install has none, and there the source
tree holds them, in the folder above ``scripts/``. The bundled copy comes first so that an installed command
never picks up files of a source tree it happens to be run from.
"""

from __future__ import annotations

from pathlib import Path

from noveto.errors import UserError

_PACKAGE = Path(__file__).resolve().parent
_BUNDLED = _PACKAGE / "_bundled"
_SOURCE_ROOT = _PACKAGE.parent.parent


def resource(name: str) -> Path:
    """Return the path of a shipped file or folder, e.g. ``schema`` or ``records/calendar``.

    ``name`` is a relative path with forward slashes, as in the source tree. Raises UserError when neither
    the bundled copy nor the source tree has it (a broken installation).
    """
    for base in (_BUNDLED, _SOURCE_ROOT):
        path = base / name
        if path.exists():
            return path
    raise UserError(f"安装不完整：缺少自带文件 {name}。请重新安装 noveto，或在源代码目录里运行 make setup。")
