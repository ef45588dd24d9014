"""`habitue` with guards taken away, each as somebody might break it one day.

As a program its first word names the holes, with commas between them.
"""

import sys
from types import SimpleNamespace

from habitue.access import token
from habitue.api import guard
from habitue.cli.main import main
from habitue.collect import identify
from habitue.model.source import Mode


def any_key_opens_all() -> None:
    guard.holds = lambda caller, wanted: True


def signatures_are_not_compared() -> None:
    token._signs = lambda secret, signed, signature: True


def browsers_are_believed() -> None:
    modes = {one.name: one for one in Mode}
    identify.Mode = SimpleNamespace(**{**modes, "JOINS": None})


HOLES = {
    "routes": any_key_opens_all,
    "tokens": signatures_are_not_compared,
    "claims": browsers_are_believed,
}

if __name__ == "__main__":
    for name in sys.argv.pop(1).split(","):
        HOLES[name]()
    main()
