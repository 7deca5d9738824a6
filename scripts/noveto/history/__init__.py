"""History: what the first-parent line and its receipts prove, and the gate that keeps them honest."""

from noveto.history.audit import Report, audit
from noveto.history.rights import Capacity, Fault, Rights

__all__ = ["Capacity", "Fault", "Report", "Rights", "audit"]
