"""Benchmarks: ``make bench`` prints how fast the ledger is, against its peers, in one run on one machine."""
