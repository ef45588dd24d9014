"""The truth: append, read from an offset, keep what needs fixing."""
