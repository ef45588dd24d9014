"""The commands, thin: parse, call, print."""

from habitue.cli.main import main

__all__ = ["main"]
