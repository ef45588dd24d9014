"""The demo from beginning to end; with once, a test that fails on a wrong number."""

import shutil
from pathlib import Path

from rich.console import Console

from habitue.app.serving.owner import find_owner
from habitue.base.clock import Clock
from habitue.base.errors import ConflictError
from habitue.base.ids import NewId
from habitue.demo import moments
from habitue.demo.history import weeks_moved
from habitue.demo.plug import pull_the_plug
from habitue.demo.stage import Stage

MOMENTS = (
    ("A year of real purchases comes in", moments.install),
    ("What we did not know", moments.unknown_share),
    ("A stranger looks for a cake stand", moments.stranger),
    ("She signs in", moments.sign_in),
    ("The cash man", moments.cash_man),
    ("Two people, one tablet", moments.piotr),
    ("kill -9 while events pour in", pull_the_plug),
    ("Leave with everything", moments.leave),
)
MARK = "habitue-demo"


def play(
    folder: Path, console: Console, clock: Clock, new_id: NewId, *, once: bool
) -> None:
    """Play every moment; then stop (once) or leave the server running."""
    _clear(folder)
    stage = Stage(folder, console, clock, new_id, once=once)
    weeks = weeks_moved(clock.now_us())
    stage.say(
        f"Marigold, a gift shop. Real purchases of 2010-11, moved by {weeks} weeks."
    )
    stage.start()
    (folder / MARK).touch()
    try:
        stage.say(f"Watch it in a browser: [bold]{stage.link()}[/]")
        for title, moment in MOMENTS:
            stage.moment(title, moment)
        stage.console.rule("[bold]Yours[/]")
        stage.say("Every number was as promised.")
        if not once:
            _leave_running(stage)
    finally:
        stage.stop()


def _clear(folder: Path) -> None:
    if not folder.exists():
        return
    if find_owner(folder) is not None:
        raise ConflictError(
            f"The demo in {folder} still runs. Stop it (Ctrl-C in its terminal), or"
            " choose another folder with --data."
        )
    if any(folder.iterdir()) and not (folder / MARK).exists():
        raise ConflictError(
            f"{folder} holds something that is not the demo's, and the demo begins by"
            " clearing its folder. Choose another one with --data."
        )
    shutil.rmtree(folder)


def _leave_running(stage: Stage) -> None:
    stage.say(f"The server goes on: {stage.link()}")
    stage.say(f"  habitue person customer_id:13862 --data {stage.folder}")
    stage.say(f"Ctrl-C ends it; this deletes everything: rm -r {stage.folder}")
    try:
        stage.wait()
    except KeyboardInterrupt:
        stage.say("Stopping.")
