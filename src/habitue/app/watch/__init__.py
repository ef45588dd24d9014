"""Watched folders: what is expected, what came, and who looks."""
