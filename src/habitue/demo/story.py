"""The demo from beginning to end; played once, a test that fails on a wrong number."""

import shlex
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from habitue.app.serving.owner import find_owner
from habitue.base.clock import Clock
from habitue.base.errors import ConflictError
from habitue.base.ids import NewId
from habitue.console.language import later
from habitue.demo import moments
from habitue.demo.built import built
from habitue.demo.history import ANNA, weeks_moved
from habitue.demo.narrator import Narrator
from habitue.demo.pace import Pace, end_by_signals
from habitue.demo.plug import pull_the_plug
from habitue.demo.stage import Stage


class Moment(NamedTuple):
    """A moment of the demo, and the feature without which it would be a fake."""

    title: str
    row: str
    play: Callable[[Stage], None]


MOMENTS = (
    Moment(later("A year of real purchases comes in"), "A8", moments.install),
    Moment(later("What we did not know"), "A7", moments.unknown_share),
    Moment(later("A stranger looks for a cake stand"), "A1", moments.stranger),
    Moment(later("She signs in"), "B1", moments.sign_in),
    Moment(later("The cash man"), "B5", moments.cash_man),
    Moment(later("Two people, one tablet"), "B3", moments.piotr),
    Moment(later("kill -9 while events pour in"), "A2", pull_the_plug),
    Moment(later("Leave with everything"), "K9", moments.leave),
)
MARK = "habitue-demo"


def play(folder: Path, narrator: Narrator, clock: Clock, new_id: NewId) -> None:
    """Play every moment; then stop, or leave the server running, as the pace says."""
    end_by_signals()
    _clear(folder)
    # Marked before anything is in it, so that it may be cleared whatever goes wrong.
    folder.mkdir(parents=True, mode=0o700)
    (folder / MARK).touch()
    stage = Stage(folder, narrator, clock, new_id)
    stage.say(
        "Marigold, a gift shop. Real purchases of 2010-11, moved by %(weeks)s weeks.",
        weeks=weeks_moved(clock.now_us()),
    )
    try:
        stage.start()
        stage.say("Watch it in a browser: %(link)s", link=stage.link())
        play_moments(stage, MOMENTS, built())
        narrator.title(later("Yours"))
        stage.say("Every number was as promised.")
        if narrator.pace is not Pace.ONCE:
            _leave_running(stage)
    finally:
        stage.stop()


def play_moments(stage: Stage, wanted: Sequence[Moment], rows: frozenset[str]) -> None:
    """Play the moments whose feature is built; name the others, and fake none."""
    for moment in wanted:
        if moment.row in rows:
            stage.moment(moment.title, moment.play)
        else:
            title = stage.narrator.language.say(moment.title)
            stage.say("Left out, as it is not built yet: %(title)s", title=title)


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
    folder = shlex.quote(str(stage.folder))
    stage.say("The server goes on: %(link)s", link=stage.link())
    stage.narrator.show(f"  habitue person customer_id:{ANNA} --data {folder}")
    delete = f"rm -r {folder}"
    stage.say("Ctrl-C ends it; this deletes everything: %(command)s", command=delete)
    try:
        stage.wait()
    except KeyboardInterrupt:
        stage.say("Stopping.")
