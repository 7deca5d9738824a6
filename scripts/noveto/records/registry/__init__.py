"""The registry: units, halls, windows, staff, matters and the office, with the days on which they hold.

An id may stand in several dated entries (a renamed bureau keeps its history); ``on(day)`` picks the one that
held, and where none did, the nearest, so that an old case always has names to show.
"""

from noveto.records.registry.building import FILES, build_registry
from noveto.records.registry.entries import Person, RegistryMatter, Unit, Window
from noveto.records.registry.tables import Registry, Table

__all__ = ["FILES", "Person", "Registry", "RegistryMatter", "Table", "Unit", "Window", "build_registry"]
