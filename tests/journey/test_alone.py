"""How much of the ways was walked before anybody of the shop was spoken to."""

from pathlib import Path

from habitue.app.insights.intent_report import by_category_of
from tests.journey.test_intent import goods, question
from tests.journey.world import DAY_US, HOUR_US, START_US, World


def test_nine_of_ten_touchpoints_walked_alone_are_told_so(tmp_path: Path) -> None:
    world = World()
    for person in range(1, 101):
        since_us = START_US + person * HOUR_US
        for step in range(9):
            world.add(person, since_us + step * DAY_US, "Product Viewed")
        # Somebody of the shop is spoken to at the tenth.
        world.add(person, since_us + 9 * DAY_US, "Call Started", "call")
        tea = [("p1", "tea", "", 100)]
        world.buy(person, since_us + 10 * DAY_US, 100, store="s1", goods=tea)
    told = world.asked(tmp_path)
    tables = {"goods": goods()}

    tenths = told.rows(question(), "SELECT * FROM alone_ways", tables)
    categories = told.rows(question(), "SELECT * FROM alone_categories", tables)

    told.close()
    assert tenths == [{"tenth": 9, "ways": 100, "alone": 900, "touches": 1_000}]
    assert categories == [
        {"category": "tea", "tenth": 9, "ways": 100, "alone": 900, "touches": 1_000}
    ]


def test_of_each_category_it_is_told_how_much_of_its_ways_was_walked_alone(
    tmp_path: Path,
) -> None:
    """Tea is bought alone or not at all so, cups half alone: their means are alike."""
    world = World()
    spoken = {"tea": (0, 10), "cups": (5, 5)}
    for person in range(1, 41):
        category = "tea" if person % 2 else "cups"
        alone = spoken[category][person // 2 % 2]
        since_us = START_US + person * HOUR_US
        for step in range(10):
            name, contact = (
                ("Product Viewed", "web") if step < alone else ("Call Started", "call")
            )
            world.add(person, since_us + step * DAY_US, name, contact)
        world.buy(person, since_us + 10 * DAY_US, 100, goods=[("p", category, "", 100)])
    told = world.asked(tmp_path)

    rows = told.rows(question(), "SELECT * FROM alone_categories", {"goods": goods()})

    told.close()
    by_category = by_category_of(rows)
    assert [(one["category"], one["share"]) for one in by_category] == [
        ("cups", 0.5),
        ("tea", 0.5),
    ]
    cups, tea = (one["by_tenth"] for one in by_category)
    assert cups == [{"from": 0.5, "ways": 20}]
    assert tea == [{"from": 0.0, "ways": 10}, {"from": 1.0, "ways": 10}]
