"""Imports as things of their own: begun, ended, listed, undone, told again."""
