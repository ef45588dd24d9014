"""The card says which of a person's sources has fallen silent for everybody."""

from habitue.base.clock import HOUR_US, to_iso
from habitue.console.look import Look
from habitue.console.people.card import aged
from tests.console.fake import LAST_US

LOOK = Look(now_us=LAST_US)


def source(name: str, silent_hours: int) -> dict[str, str]:
    return {"name": name, "last_at": to_iso(LAST_US - silent_hours * HOUR_US)}


def test_a_source_that_sent_nothing_for_more_than_a_day_is_named() -> None:
    fresh = [{"source": "web"}, {"source": "till"}, {"source": "gone"}]

    told = aged(fresh, [source("web", 1), source("till", 30)], LOOK)

    assert [one["silence"] for one in told] == ["", "has sent nothing for 30 hours", ""]
