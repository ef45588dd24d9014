"""habitue demo: be the customer."""

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from habitue.base.clock import SystemClock
from habitue.base.ids import new_id
from habitue.cli.options import stdout
from habitue.demo.narrator import Narrator, speech
from habitue.demo.pace import pace
from habitue.demo.real import what_is_real
from habitue.demo.story import play

app = App(name="demo")


@app.default
def demo(
    *,
    once: bool = False,
    auto: bool = False,
    lang: Literal["en", "pl", "ru", "kk"] = "en",
    explain: Annotated[bool, Parameter("--what-is-real", negative="")] = False,
    data: Path = Path("habitue-demo"),
) -> None:
    """Play the demo on real history, with a server of its own.

    Parameters
    ----------
    once
        No pauses, and no server left; exit code 0 only if every number is as promised.
    auto
        No pauses; the server is left running. So it goes without a terminal, too.
    lang
        The language in which it is told.
    explain
        Only say what is real and what is simulated.
    data
        The folder for the demo's data; it is cleared first.

    """
    language = speech(lang)
    if explain:
        told = what_is_real(SystemClock().now_us(), language)
        stdout.print(told, highlight=False)
        return
    watched = sys.stdin is not None and sys.stdin.isatty()
    narrator = Narrator(stdout, language, pace(once=once, auto=auto, watched=watched))
    play(data, narrator, SystemClock(), new_id)
