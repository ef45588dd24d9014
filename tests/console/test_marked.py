"""What is marked says so, on the page and in its words."""

import pytest

from habitue.console.live.row import row
from habitue.console.look import Look
from tests.console.fake import event
from tests.console.served import NOW_US

LOOK = Look(zone="Europe/Warsaw", now_us=NOW_US)


@pytest.mark.parametrize(
    ("mark", "says"),
    [
        ("bot", "robot, not counted"),
        ("scanner", "mail scanner, not counted"),
        ("staff", "staff, not counted"),
        (None, ""),
    ],
)
def test_a_line_of_the_stream_says_who_did_it(mark: str | None, says: str) -> None:
    assert row(event(1, marked=mark), LOOK)["marked"] == says
