"""Writing records: heads, steps, messages, and the check before anything is written."""
