"""The form of every file: JSON Schema as a fast gate, its failures explained in Chinese, its titles as words."""

from noveto.schema.explain import Marks
from noveto.schema.fields import Condition, Field
from noveto.schema.schemas import KINDS, REGISTERS, SchemaFileError, Schemas

__all__ = ["KINDS", "REGISTERS", "Condition", "Field", "Marks", "SchemaFileError", "Schemas"]
