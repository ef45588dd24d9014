"""A segment's page: how it grew, what it shares, who is told, and taking it out."""

import re
from typing import Any

import pytest

from habitue.console.language import language
from habitue.console.look import Look
from habitue.console.people.memberships import CAUSES
from habitue.console.segments.chart import HEIGHT, LEFT, WIDTH, chart_of
from habitue.console.segments.sentence import words_of
from habitue.console.segments.versions import lines
from habitue.segment.live_rows import Cause
from tests.console.fake.segments import segment
from tests.console.test_builder import Visit

LOOK = Look()


def days(*members: int | None) -> list[dict[str, Any]]:
    return [
        {"day": f"2026-11-{at:02}", "members": told, "entered": 0, "left": 0}
        for at, told in enumerate(members, 1)
    ]


def test_days_that_are_not_known_leave_a_gap_in_the_line() -> None:
    chart = chart_of(days(5, 6, None, 8, 9), LOOK)

    assert chart is not None
    assert [line.count(",") for line in chart["lines"]] == [2, 2]
    assert chart["says"] == "From 5 people on 1 Nov to 9 on 5 Nov."


@pytest.mark.parametrize("members", [(), (None, None), (None, 7), (7,)])
def test_of_less_than_two_days_there_is_no_line(
    members: tuple[int | None, ...],
) -> None:
    assert chart_of(days(*members), LOOK) is None


@pytest.mark.parametrize("most", [0, 1, 3, 4, 29, 30, 31, 999, 12_345])
def test_a_line_stays_within_its_scale(most: int) -> None:
    chart = chart_of(days(0, most), LOOK)

    assert chart is not None
    points = [point.split(",") for point in chart["lines"][0].split(" ")]
    assert all(LEFT <= float(x) <= WIDTH for x, _ in points)
    assert all(0 <= float(y) <= HEIGHT for _, y in points)
    assert len(chart["scale"]) == 4
    assert chart["scale"][0]["text"] == "0"


def test_a_page_says_what_a_segment_shares_and_who_uses_it() -> None:
    visit = Visit()
    visit.segments.segments["best"] = {**visit.segments.segments["vip"], "id": "best"}

    page = visit.client.get("/console/segments/vip?with=best").text

    assert "VIP + VIP" in page
    assert "up to number 90." in page
    assert "The best" in page
    assert "4,321" in page


def test_members_go_out_as_a_file_to_be_kept() -> None:
    visit = Visit("marketer")

    answer = visit.post("", "/console/segments/vip/export", form="csv")

    assert answer.headers["content-disposition"] == 'attachment; filename="vip.csv"'
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.startswith("person_id,name")


def test_who_may_take_nothing_out_is_shown_no_way_to() -> None:
    analyst = Visit("analyst")

    assert "Take it out" not in analyst.client.get("/console/segments/vip").text
    assert analyst.post("", "/console/segments/vip/export").status_code == 403


def test_who_listens_is_set_and_taken_back() -> None:
    visit = Visit()
    path = "/console/segments/vip/listeners"

    visit.post("", path, name="crm", entered="1")
    assert visit.segments.listening == ["crm"]
    assert "crm" in visit.client.get("/console/segments/vip").text
    visit.post("", f"{path}/crm/end")

    assert visit.segments.listening == []
    assert visit.post("", path, name="No name!").status_code == 422


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("pl", "Osoby, u których zachodzi: ani razu: zakup w ciągu ostatnich 90 dni."),
        ("ru", "Люди, у которых: ни разу: покупка за последние 90 дней."),
        ("kk", "Мына шартқа сай адамдар: бірде-бір рет емес: сатып алу соңғы 90 күн"
               " ішінде."),
    ],
)  # fmt: skip
def test_a_condition_is_said_in_the_readers_language(code: str, told: str) -> None:
    condition = {"type": "did_not", "event": "$purchase", "within": {"days": 90}}

    assert words_of(condition, Look(language=language(code))) == told


def test_a_page_tells_of_each_version_who_changed_what_and_when() -> None:
    visit = Visit()
    path = "/console/segments/vip/versions"
    assert path in visit.client.get("/console/segments/vip").text

    page = visit.client.get(path).text

    newest, first = re.findall(r"(?s)<tr><td class=\"number\">.*?</tr>", page)
    assert "<td>mia</td>" in newest
    assert "<td>who is meant</td>" in newest
    assert "at least one purchase" in newest
    assert "20 Nov 2026, 13:00" in newest
    assert "<td>not written down</td>" in first
    assert ">new<" in first
    assert visit.client.get("/console/segments/none/versions").status_code == 404


def test_versions_say_what_changed_and_that_a_segment_was_ended() -> None:
    first = version(1)
    told = [
        first,
        version(2, name="Others", tags=["new"]),
        version(3, name="Others", tags=["new"]),
        {"version": 4, "deleted": True, "by": "mia", "defined_at": first["defined_at"]},
        version(5),
    ]

    shown = lines(told, LOOK)

    assert [one["version"] for one in shown] == [5, 4, 3, 2, 1]
    assert [one.get("changed") for one in shown] == [
        *("", None, "", "the name, the tags", "")
    ]
    assert [(one["new"], one["ended"]) for one in shown] == [
        *((True, False), (False, True), (False, False), (False, False), (True, False))
    ]


def version(number: int, **more: Any) -> dict[str, Any]:
    told = {"version": number, "by": "mia", "deleted": False}
    return {**segment("vip", **more), **told}


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("en", "from 1 Oct 2026, 11:00 (it was so already when the segment was filled"
               " in) until 2 Nov 2026, 11:00 (by time alone)"),
        ("pl", "(było tak już, gdy uzupełniano segment)"),
        ("ru", "(просто со временем)"),
        ("kk", "(тек уақыт өтуімен)"),
    ],
)  # fmt: skip
def test_a_card_tells_what_somebody_was_in_before(code: str, told: str) -> None:
    visit = Visit("agent")
    visit.client.cookies.set("habitue_language", code)

    page = visit.client.get("/console/people/33/segments").text

    assert told in page
    # Whoever named it: it stands there as text.
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    # Quietly: below those that they are in.
    assert page.index("VIP") < page.index("&lt;b&gt;")


def test_each_cause_of_being_in_a_segment_has_its_words() -> None:
    assert CAUSES.keys() == {one.name.lower() for one in Cause}
