"""Similar cases: BM25 over Chinese characters and pairs of them, in pure Python."""

from noveto.similar.index import Hit, Index

__all__ = ["Hit", "Index"]
