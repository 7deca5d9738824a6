"""Build hook: a wheel carries the files that the package needs where no source tree is.

``noveto/resources.py`` looks for them under ``noveto/_bundled/`` first. An editable install uses the tree itself.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SAMPLE = ("records/cases", "records/complaints", "records/improvements")
BUNDLED = ("schema", "records/calendar", "records/registry", *SAMPLE, "docs", "mkdocs.yml")


class Bundle(BuildHookInterface[Any]):
    """Adds the shipped files to a built wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files to add; called by hatchling before each build."""
        if version == "standard":
            build_data["force_include"].update({name: f"noveto/_bundled/{name}" for name in BUNDLED})
