"""The builder's pages: what is typed stays, what is wrong is told where it is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from habitue.base.clock import MINUTE_US, ManualClock
from habitue.base.ids import new_secret
from habitue.collect.vocabulary import CATALOGUE
from habitue.console.page import BUILDER
from habitue.console.segments.builder import COUNT
from habitue.console.session import Sessions
from tests.console.fake import FixedReading, FixedSegments, Noted, segment
from tests.console.served import NOW_US, console_app, start
from tests.console.test_routes import FORM_KEY

TYPED = {
    "c-type": "all",
    "c-of-0-type": "did",
    "c-of-0-event-0": "Product Viewed",
    "c-of-0-measure": "count",
    "c-of-0-count-op": ">=",
    "c-of-0-count-value": "2",
    "c-of-0-within-mode": "last",
    "c-of-0-within-span-0-number": "1",
    "c-of-0-within-span-0-unit": "weeks",
    "c-of-1-type": "did_not",
    "c-of-1-event-0": "$purchase",
}
WANTED = {
    "type": "all",
    "of": [
        {"type": "did", "event": "Product Viewed", "within": {"weeks": 1},
         "count": {"op": ">=", "value": 2}},
        {"type": "did_not", "event": "$purchase"},
    ],
}  # fmt: skip


class Visit:
    """Somebody at the builder, and what they did."""

    def __init__(self, role: str = "administrator") -> None:
        self.clock = ManualClock(NOW_US)
        self.sessions = Sessions(self.clock, new_secret)
        self.segments = FixedSegments([segment("vip")])
        self.noted = Noted()
        app = console_app(
            FixedReading([], []), self.sessions, self.clock,
            segments=self.segments, audit=self.noted, audit_log=self.noted,
        )  # fmt: skip
        self.client = TestClient(app)
        self.client.__enter__()
        self.client.get(start(self.sessions, role))
        found = FORM_KEY.search(self.client.get("/console/segments").text)
        page = self.client.get(BUILDER).text
        self.key = (found or FORM_KEY.search(page) or [""] * 2)[1]

    def post(self, do: str, path: str = BUILDER, **more: str) -> Any:
        told = {"form_key": self.key, "do": do, **TYPED, **more}
        return self.client.post(path, data=told, follow_redirects=False)


@pytest.fixture
def visit() -> Iterator[Visit]:
    made = Visit()
    yield made
    made.client.__exit__(None, None, None)


def value(page: str, name: str) -> str:
    """Give what stands in a field of a page."""
    field = re.search(rf'<input[^>]* name="{name}"[^>]*>', page)
    if field is not None:
        told = re.search(r' value="([^"]*)"', field[0])
        return "" if told is None else told[1]
    choice = re.search(rf'(?s)<select[^>]* name="{name}".*?</select>', page)
    told = choice and re.search(r'value="([^"]*)" selected', choice[0])
    return told[1] if told else ""


def test_what_was_typed_stays_when_a_clause_is_added(visit: Visit) -> None:
    page = visit.post("add:c", **{"c-new": "trait", "name": "Looked"}).text

    assert value(page, "c-of-0-event-0") == "Product Viewed"
    assert value(page, "c-of-0-count-value") == "2"
    assert value(page, "c-of-0-within-span-0-unit") == "weeks"
    assert value(page, "name") == "Looked"
    assert value(page, "c-of-2-type") == "trait"
    assert 'id="c-of-2"' in page


def test_where_nothing_has_come_all_known_events_are_there_to_choose_from(
    visit: Visit,
) -> None:
    page = visit.client.get(BUILDER).text
    offered = re.search(r'(?s)<datalist id="known-events">.*?</datalist>', page)

    names = re.findall(r'<option value="([^"]*)"', offered[0] if offered else "")
    assert set(names) >= {event.name for event in CATALOGUE}
    saved = visit.post("save", name="Left", **{"c-of-0-event-0": "Zone Exited"})
    assert saved.status_code == 303
    held = visit.segments.segments["left"]["condition"]["of"]
    assert held[0]["event"] == "Zone Exited"


def test_a_new_clause_is_not_scolded_before_it_is_filled_in(visit: Visit) -> None:
    page = visit.post("add:c", **{"c-new": "trait"}).text

    assert "faults" not in page
    assert "not known" in page
    assert "still to be filled in" in page


def test_a_save_with_a_fault_says_it_at_its_clause_and_saves_nothing(
    visit: Visit,
) -> None:
    answer = visit.post("save", name="Looked", **{"c-of-1-event-0": ""})

    assert answer.status_code == 422
    clause = answer.text.partition('id="c-of-1"')[2]
    assert "Name an event, or take this out." in clause
    assert "Name an event" not in answer.text.partition('id="c-of-1"')[0]
    assert list(visit.segments.segments) == ["vip"]
    assert visit.noted.entries[1:] == []


def test_a_new_segment_is_saved_under_a_short_name_made_of_its_own(
    visit: Visit,
) -> None:
    answer = visit.post("save", name="Oglądali buty", tags="shoes, weekly")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/segments/ogladali-buty"
    held = visit.segments.segments["ogladali-buty"]
    assert held["condition"] == WANTED
    assert held["tags"] == ["shoes", "weekly"]
    assert visit.noted.entries[1:] == [("anna", "segments:write", "ogladali-buty", "")]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"name": ""}, "Give the segment a name"),
        ({"name": "VIP", "segment_id": "vip"}, "There is a segment"),
        ({"name": "VIP", "segment_id": "Vip!"}, "begins with a letter"),
        ({"name": "VIP", "segment": "vip", "seen": "1"}, "meanwhile"),
    ],
)
def test_what_can_t_be_saved_says_why_and_keeps_what_was_typed(
    visit: Visit, told: dict[str, str], says: str
) -> None:
    answer = visit.post("save", **told)

    assert answer.status_code == 422
    assert says in answer.text
    assert value(answer.text, "c-of-0-event-0") == "Product Viewed"


def test_a_segment_in_force_is_changed_to_a_new_version(visit: Visit) -> None:
    page = visit.client.get(f"{BUILDER}?segment=vip").text
    assert value(page, "c-of-0-event-0") == "$purchase"
    assert value(page, "seen") == "2"

    answer = visit.post("save", segment="vip", seen="2", name="Very best")

    assert answer.headers["location"] == "/console/segments/vip"
    assert visit.segments.segments["vip"]["condition"] == WANTED


def test_a_template_is_where_a_new_segment_starts_from(visit: Visit) -> None:
    page = visit.client.get(f"{BUILDER}?template=buyers").text

    assert value(page, "name") == "Buyers"
    assert value(page, "segment") == ""
    assert value(page, "c-of-0-event-0") == "$purchase"


def test_the_count_says_what_it_is_true_of(visit: Visit) -> None:
    page = visit.post("", COUNT).text

    assert "1,234" in page
    assert "5,678" in page
    assert "number 90" in page
    assert "Anna" in page
    assert "<html" not in page


def test_names_are_for_who_may_see_them() -> None:
    marketer = Visit("marketer")

    page = marketer.post("", COUNT).text

    assert "Anna" not in page
    assert "Person 33" in page


def test_json_is_taken_into_the_form_and_what_is_wrong_with_it_is_told(
    visit: Visit,
) -> None:
    wanted = '{"type": "any", "of": [{"type": "identifier", "kind": "phone"}]}'

    page = visit.post("json", json=wanted).text
    broken = visit.post("json", json='{"type": "dream"}')

    assert value(page, "c-type") == "any"
    assert value(page, "c-of-0-kind") == "phone"
    assert broken.status_code == 422
    assert "There is no such condition" in broken.text
    assert "dream" in broken.text


def test_building_is_use_of_the_session_and_a_count_is_not(visit: Visit) -> None:
    told = {"form_key": visit.key, **TYPED}
    for path in (BUILDER, COUNT, COUNT):
        visit.clock.move(14 * MINUTE_US)
        told_by = {"hx-request": "true"}
        assert visit.client.post(path, data=told, headers=told_by).status_code == 200
    visit.clock.move(14 * MINUTE_US)

    assert visit.client.get("/console/segments").status_code == 401


def test_who_may_not_define_segments_gets_no_builder() -> None:
    analyst = Visit("analyst")

    assert analyst.client.get(BUILDER).status_code == 403


def test_what_events_are_called_is_text(visit: Visit) -> None:
    page = visit.client.get(BUILDER).text

    assert "Tea Poured" in page
    assert "<script>own()" not in page
