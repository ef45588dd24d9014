"""Tests by region: which regions, for how long, and what the action brought there."""
