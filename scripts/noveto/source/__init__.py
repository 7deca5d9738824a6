"""The text of the ledger: one strict loader, the append-only rule, and the writing of canonical text.

What changes text (``append``, ``dump``, ``rows``) is imported from its module, so that reading does not load it.
"""

from noveto.source.form import check_record_form
from noveto.source.loader import Loaded, load

__all__ = ["Loaded", "check_record_form", "load"]
