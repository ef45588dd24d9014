"""Traits, computed traits, consents and purchases of a person, kept by strand."""
