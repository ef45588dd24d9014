"""Habitué: one live view of each customer, across every channel."""

__version__ = "0.1.0"
