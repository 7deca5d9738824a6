"""A realistic ledger with history around a day: the same options give the same bytes."""
