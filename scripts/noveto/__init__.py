"""Noveto: the ledger of the "no veto at the window" mechanism."""

__version__ = "0.2.0"
