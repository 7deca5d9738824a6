"""The reference validator, ``jsonschema``: it explains failures, and stands in where jsonschema-rs has no wheel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from noveto.schema.tree import Node


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    # In Python "$" also matches before a last line feed, in the ECMA 262 of JSON Schema it does not:
    # "2026-03-05\n" from a block scalar must not pass as a date here and fail there.
    return re.compile(re.sub(r"(?<!\\)\$", r"\\Z", text))


def _check_pattern(_validator: Any, pattern: str, instance: object, _schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, str) and not _pattern(pattern).search(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


@lru_cache(maxsize=1)
def _class() -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    return extend(  # type: ignore[no-untyped-call]
        Draft202012Validator, {"pattern": _check_pattern}
    )


def validator(schema: Node) -> Any:
    """Return a ``jsonschema`` validator of ``schema`` whose patterns read ``$`` as JSON Schema does."""
    return _class()(dict(schema))
