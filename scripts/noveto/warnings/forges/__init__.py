"""Forges: Gitea or Forgejo, GitLab and GitHub behind one protocol, for the standing issues."""

from noveto.warnings.forges.base import Forge, ForgeError, Issue
from noveto.warnings.forges.clients import open_forge

__all__ = ["Forge", "ForgeError", "Issue", "open_forge"]
