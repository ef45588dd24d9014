"""How the demo goes on from one moment to the next, and how it ends."""

import signal
from enum import Enum


class Pace(Enum):
    """Who says that the demo goes on, and what comes after its last moment."""

    BY_ENTER = "the visitor presses Enter, and the server is left running"
    BY_ITSELF = "nobody is waited for, and the server is left running"
    ONCE = "nobody is waited for, and the server is stopped"


def pace(*, once: bool, auto: bool, watched: bool) -> Pace:
    """Choose the pace; where nobody watches at a terminal, nobody can press Enter.

    >>> pace(once=False, auto=False, watched=False)
    <Pace.BY_ITSELF: 'nobody is waited for, and the server is left running'>
    """
    if once:
        return Pace.ONCE
    return Pace.BY_ENTER if watched and not auto else Pace.BY_ITSELF


def end_by_signals() -> None:
    """Have SIGINT and SIGTERM end the demo as Ctrl-C does, and its server with it.

    A container is ended by SIGTERM, which would leave the server behind; and a shell
    that starts the demo with & has it hear no SIGINT.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
