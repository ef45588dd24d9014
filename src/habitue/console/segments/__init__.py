"""Segments on the screen: which there are, who is in them, which to begin from."""
