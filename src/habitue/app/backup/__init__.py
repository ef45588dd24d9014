"""Backups: made while the server runs, checked by restoring them, restored."""
