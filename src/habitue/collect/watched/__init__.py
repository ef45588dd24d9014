"""Watched folders: which files of theirs are whole, and which did not come in time."""
