"""Warnings: what is late or due, told to those who can do something about it, once, and only on working days."""

from noveto.warnings.digest import Digest
from noveto.warnings.items import Item, Told, gather
from noveto.warnings.model import Basis, Mention, Message
from noveto.warnings.planning import Plan, plan

__all__ = ["Basis", "Digest", "Item", "Mention", "Message", "Plan", "Told", "gather", "plan"]
