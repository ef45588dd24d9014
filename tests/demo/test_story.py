"""The demo plays what is built, in four languages, at the visitor's pace."""

import io
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from habitue.app.serving.owner import find_owner
from habitue.base.clock import ManualClock
from habitue.base.ids import new_id
from habitue.console.language import LANGUAGES
from habitue.demo.built import built
from habitue.demo.narrator import Narrator, speech
from habitue.demo.pace import Pace, pace
from habitue.demo.stage import Stage
from habitue.demo.story import MOMENTS, Moment, play_moments
from tools.features import rows


class Theatre:
    """A stage without a server, what was played on it, and what was said."""

    def __init__(self, folder: Path, code: str = "en", at: Pace = Pace.ONCE) -> None:
        self.told = io.StringIO()
        self.played: list[str] = []
        console = Console(file=self.told, width=40)
        self.narrator = Narrator(console, speech(code), at)
        self.stage = Stage(folder, self.narrator, ManualClock(0), new_id)

    def moment(self, title: str, row: str) -> Moment:
        return Moment(title, row, lambda _: self.played.append(title))


def test_a_moment_whose_feature_is_not_built_is_left_out_and_named(
    tmp_path: Path,
) -> None:
    theatre = Theatre(tmp_path)
    wanted = [theatre.moment("The door", "A1"), theatre.moment("The letter", "D8")]

    play_moments(theatre.stage, wanted, frozenset({"A1"}))

    assert theatre.played == ["The door"]
    assert "Left out, as it is not built yet: The letter" in theatre.told.getvalue()


def test_every_moment_is_of_a_feature_and_every_one_is_built() -> None:
    wanted = {moment.row for moment in MOMENTS}

    assert wanted <= {row.code for row in rows()}
    assert wanted <= built()


def test_nobody_is_waited_for_who_can_not_press_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    theatre = Theatre(tmp_path, at=Pace.BY_ENTER)
    wanted = [theatre.moment(str(number), "A1") for number in range(4)]

    # One Enter, then the end of what is typed.
    play_moments(theatre.stage, wanted, frozenset({"A1"}))

    assert theatre.played == ["0", "1", "2", "3"]
    assert theatre.told.getvalue().count("Enter goes on") == 2


@pytest.mark.parametrize(
    ("once", "auto", "watched", "found"),
    [
        (False, False, True, Pace.BY_ENTER),
        (False, True, True, Pace.BY_ITSELF),
        (False, False, False, Pace.BY_ITSELF),
        (True, False, True, Pace.ONCE),
        (True, True, False, Pace.ONCE),
    ],
)
def test_the_pace_is_the_visitors(
    once: bool, auto: bool, watched: bool, found: Pace
) -> None:
    assert pace(once=once, auto=auto, watched=watched) is found


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("en", "known buyer: 83.6 % of sales"),
        ("pl", "znany kupujący: 83,6 % sprzedaży"),
        ("ru", "покупатель известен: 83,6 % продаж"),
        ("kk", "сатып алушысы белгілі: сатылымның 83,6 %"),
    ],
)
def test_it_is_told_in_the_visitors_language(
    tmp_path: Path, code: str, told: str
) -> None:
    theatre = Theatre(tmp_path, code)
    known = "known buyer: %(share)s of sales; %(unknown)s came from nobody knows whom"
    share = f"{speech(code).number(83.6)} %"

    theatre.stage.say(known, share=share, unknown="£1")

    assert set(LANGUAGES) == {"en", "pl", "ru", "kk"}
    assert told in theatre.told.getvalue()


def test_a_link_stays_on_one_line_however_narrow_the_terminal(tmp_path: Path) -> None:
    theatre = Theatre(tmp_path)
    link = "http://127.0.0.1:8460/console/start?token=" + "x" * 32

    theatre.stage.say("The server goes on: %(link)s", link=link)

    assert link in theatre.told.getvalue().splitlines()[0]


ENDS = """
import signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
from habitue.demo.pace import end_by_signals
end_by_signals()
try:
    print("up", flush=True)
    signal.pause()
except KeyboardInterrupt:
    sys.exit(3)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_ends_by_either_signal_whatever_started_it(number: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ENDS], stdout=subprocess.PIPE, env=os.environ
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(number)

        assert process.wait(30) == 3


PLAYS = """
import sys
from habitue.cli import main
from habitue.demo import stage, story
from habitue.demo.story import Moment

def short(stage):
    stage.check("orders", len(stage.client().get("/api/v1/people")["people"]), {count})

# The usual port is for whoever plays the whole demo meanwhile.
stage._free_port = lambda: {port}
story.MOMENTS = (Moment("She signs in", "B1", short),)
sys.argv = ["habitue", "demo", "--once", "--data", sys.argv[1]]
main()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(("count", "code"), [(0, 0), (8, 1)])
def test_played_once_it_ends_with_its_server_and_fails_for_a_wrong_number(
    tmp_path: Path, count: int, code: int
) -> None:
    folder = tmp_path / "demo"

    done = subprocess.run(
        [sys.executable, "-c", PLAYS.format(count=count, port=free_port()), folder],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == code, done.stderr
    assert ("Every number was as promised." in done.stdout) == (code == 0)
    assert ("orders: got 0, promised 8." in done.stderr) == (code == 1)
    assert find_owner(folder) is None
