"""Data that ships with the demo, each file with its origin in ATTRIBUTION.md."""
