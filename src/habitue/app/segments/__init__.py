"""Segments as they are asked for: definitions, counts, members, why."""
