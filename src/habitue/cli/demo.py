"""habitue demo: be the customer."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from habitue.base.clock import SystemClock
from habitue.base.ids import new_id
from habitue.cli.options import stdout
from habitue.demo.history import what_is_real
from habitue.demo.story import play

app = App(name="demo")


@app.default
def demo(
    *,
    once: bool = False,
    explain: Annotated[bool, Parameter("--what-is-real", negative="")] = False,
    data: Path = Path("habitue-demo"),
) -> None:
    """Play the demo on real history, with a server of its own.

    Parameters
    ----------
    once
        No pauses; exit code 0 only if every number is as promised.
    explain
        Only say what is real and what is simulated.
    data
        The folder for the demo's data; it is cleared first.

    """
    if explain:
        stdout.print(what_is_real(SystemClock().now_us()), highlight=False)
        return
    play(data, stdout, SystemClock(), new_id, once=once)
