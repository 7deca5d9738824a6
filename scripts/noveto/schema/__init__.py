"""The form of every file: JSON Schema as a fast gate, its failures explained in Chinese, its titles as words."""

from noveto.schema.marks import Marks
from noveto.schema.schemas import KINDS, REGISTERS, SchemaFileError, Schemas

__all__ = ["KINDS", "REGISTERS", "Marks", "SchemaFileError", "Schemas"]
