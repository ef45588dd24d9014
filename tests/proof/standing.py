"""`habitue` as a program whose projector stands still while a file is there.

What it waits for a canary is short, so that a test need not wait a minute.
"""

import os
from pathlib import Path

from habitue.app.operation import operations
from habitue.app.projection.projector import Projector
from habitue.cli.main import main

STILL = "HABITUE_TEST_STILL"
_slice = Projector._slice


def _slice_unless_still(projector: Projector) -> None:
    if not Path(os.environ[STILL]).exists():
        _slice(projector)


if __name__ == "__main__":
    Projector._slice = _slice_unless_still  # type: ignore[method-assign]
    operations.CANARY_EVERY_S = 0.2
    operations.CANARY_GOOD_S = 3.0
    main()
