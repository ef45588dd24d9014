"""Habitué: one live view of each customer, across every channel."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from habitue.client.opened import Opened

__version__ = "0.1.0"


def open(folder: str | Path, **flags: Any) -> "Opened":
    """Open a data folder, to ask what happened: .sql("select ..").df().

    flags: settings, as lake__memory_mb=2048.
    """
    # By name: every part stands on this package, and it stands on none of them.
    return cast("Opened", import_module("habitue.client").Opened(folder, **flags))
