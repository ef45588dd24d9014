"""The card says which of a person's sources has fallen silent for everybody."""

from habitue.base.clock import HOUR_US, to_iso
from habitue.console.look import Look
from habitue.console.people.card import aged
from tests.console.fake import LAST_US

LOOK = Look(now_us=LAST_US)


def source(name: str, silent_hours: int, **more: int) -> dict[str, str | int]:
    at_us = LAST_US - silent_hours * HOUR_US
    return {"name": name, "last_at": to_iso(at_us), **more}


def test_a_source_that_sent_nothing_for_more_than_a_day_is_named() -> None:
    fresh = [{"source": "web"}, {"source": "till"}, {"source": "gone"}]

    told = aged(fresh, [source("web", 1), source("till", 30)], LOOK)

    assert [one["silence"] for one in told] == ["", "has sent nothing for 30 hours", ""]


def test_each_source_has_its_own_time_and_some_may_be_silent_for_ever() -> None:
    fresh = [{"source": "web"}, {"source": "erp"}]

    told = aged(
        fresh,
        [source("web", 1, silent_after_s=900), source("erp", 999, silent_after_s=0)],
        LOOK,
    )

    assert [one["silence"] for one in told] == ["has sent nothing for 60 minutes", ""]
