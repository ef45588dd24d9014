"""Sequences: order, gaps, what must not come between, what must not follow."""

import random
from typing import Any

import pytest

from habitue.base.clock import SECOND_US
from habitue.segment.condition import (
    Absence,
    Alike,
    Condition,
    Deed,
    Gap,
    Sequence,
    Step,
    Window,
)
from habitue.segment.course import Course
from habitue.segment.facts import Done, Facts, Line
from habitue.segment.meaning import matches
from tests.segment.noting import Person, program_of
from tests.segment.oracle import Oracle

NOW_S = 10
A_B = Sequence(steps=(Step(event="a"), Step(event="b")))


def done(story: str) -> Facts:
    """Read a story: what is done at each second, the seconds parted by slashes."""
    told = [
        Done(at_us=second * SECOND_US, name=name)
        for second, names in enumerate(story.split("/"))
        for name in names
    ]
    return Facts(done=tuple(told))


def holds(condition: Condition, story: str) -> bool:
    return matches(condition, done(story), NOW_S * SECOND_US)


def apart(least: int | None, most: int | None) -> Sequence:
    gap = Gap(
        least=None if least is None else Window(seconds=least),
        most=None if most is None else Window(seconds=most),
    )
    return Sequence(steps=(Step(event="a"), Step(event="b", after=gap)))


@pytest.mark.parametrize(
    ("story", "told"),
    [("a/b", True), ("b/a", False), ("ab", False), ("a//b", True), ("b/a/b", True)],
)
def test_a_step_is_strictly_later_than_the_one_before(story, told):
    assert holds(A_B, story) is told


@pytest.mark.parametrize(
    ("story", "told"),
    [("a/b", False), ("a//b", True), ("a///b", True), ("a////b", False),
     ("a/a///b", True), ("a///ab", True)],
)  # fmt: skip
def test_a_gap_is_from_least_on_and_below_most(story, told):
    assert holds(apart(2, 4), story) is told


@pytest.mark.parametrize(
    ("story", "told"),
    [("a/c/b", False), ("ac/b", True), ("a/bc", True), ("a/c/a/b", True),
     ("c/a/b/c", True)],
)  # fmt: skip
def test_what_bars_bars_strictly_between_two_steps(story, told):
    barred = Step(event="b", without=(Deed(event="c"),))

    assert holds(Sequence(steps=(Step(event="a"), barred)), story) is told


@pytest.mark.parametrize(
    ("story", "told"),
    [("a", True), ("a/c", False), ("c/a", True), ("ac", True), ("a/c/a", True),
     ("////////a", True), ("/////////a", False)],
)  # fmt: skip
def test_what_must_not_follow_has_not_followed_for_so_long(story, told):
    absence = Absence(event="c", lasting=Window(seconds=2))

    left = Sequence(steps=(Step(event="a"),), then_not=absence)

    assert holds(left, story) is told


def test_all_steps_lie_within_the_window():
    lately = Sequence(steps=A_B.steps, within=Window(seconds=5))

    assert not holds(lately, "a///////b")
    assert holds(lately, "//////a/b")


def test_one_thing_done_is_not_two_steps():
    assert not holds(Sequence(steps=(Step(event="a"), Step(event="a"))), "a")
    assert holds(Sequence(steps=(Step(event="a"), Step(event="a"))), "a/a")


def window(chance: random.Random, most: int) -> Window | None:
    seconds = chance.randrange(most)
    return Window(seconds=seconds) if seconds else None


def sequence(chance: random.Random) -> Sequence:
    def deeds():
        return tuple(
            Deed(event=chance.choice("abc")) for _ in range(chance.randrange(2))
        )

    later = tuple(
        Step(
            event=chance.choice("abc"),
            after=Gap(least=window(chance, 3), most=window(chance, 5)),
            without=deeds(),
        )
        for _ in range(chance.randrange(1, 4))
    )
    absence = Absence(event=chance.choice("abc"), lasting=window(chance, 4))
    return Sequence(
        steps=(Step(event=chance.choice("abc")), *later),
        within=window(chance, 12),
        then_not=chance.choice((None, absence)),
    )


def test_short_stories_are_judged_as_by_trying_all_ways():
    chance = random.Random(61)
    told = 0
    for _ in range(5_000):
        condition = sequence(chance)
        story = "/".join(
            "".join(chance.choices("abc", k=chance.randrange(3))) for _ in range(9)
        )
        now_us = chance.randrange(6, 12) * SECOND_US

        holding = matches(condition, done(story), now_us)

        assert holding is Oracle(done(story), now_us).holds(condition), story
        told += holding
    assert 200 < told < 4_800


# -- steps that are compared with one another ----------------------------------------

SEQUENCES = 400
SAME, OTHER = Alike(property="$product"), Alike(property="$product", op="other")


def of(second: int, name: str, *products: str, **more: Any) -> Done:
    """Give something done at a second with some products."""
    lines = tuple(Line(product=one, category=one[:1]) for one in products)
    return Done(at_us=second * SECOND_US, name=name, lines=lines, **more)


def seen(condition: Condition, *done: Done) -> bool:
    now_us = NOW_S * SECOND_US
    found = matches(condition, Facts(done=done), now_us)
    assert found is Oracle(Facts(done=done), now_us).holds(condition)
    return found


def bought_it(*alike: Alike) -> Sequence:
    return Sequence(steps=(Step(event="view"), Step(event="buy", alike=alike)))


@pytest.mark.parametrize(
    ("viewed", "bought", "same", "other"),
    [("p", "p", True, False), ("p", "q", False, True), ("p", "pq", True, True),
     ("", "p", False, False), ("p", "", False, False), ("pq", "qr", True, True)],
)  # fmt: skip
def test_the_product_that_was_viewed_is_a_line_of_what_was_bought(
    viewed, bought, same, other
):
    story = of(1, "view", *viewed), of(2, "buy", *bought)

    assert seen(bought_it(SAME), *story) is same
    assert seen(bought_it(OTHER), *story) is other


def test_viewed_and_not_bought_since_is_of_that_product():
    left = Sequence(
        steps=(Step(event="view"),), then_not=Absence(event="buy", alike=(SAME,))
    )

    assert seen(left, of(1, "view", "p"), of(2, "buy", "q"))
    assert not seen(left, of(1, "view", "p"), of(2, "buy", "q", "p"))
    assert seen(left, of(1, "view", "p"), of(2, "buy", "p"), of(3, "view", "p"))
    assert seen(left, of(1, "view", "p"), of(1, "view", "q"), of(2, "buy", "p"))


def test_what_must_not_lie_between_may_be_of_the_same_product_only():
    bought = Step(
        event="buy", alike=(SAME,), without=(Deed(event="remove", alike=(SAME,)),)
    )
    kept = Sequence(steps=(Step(event="add"), bought))
    added, bought_p = of(1, "add", "p"), of(3, "buy", "p")

    assert seen(kept, added, of(2, "remove", "q"), bought_p)
    assert not seen(kept, added, of(2, "remove", "p"), bought_p)


def test_one_line_of_a_step_is_meant_for_all_that_is_compared():
    brand = Alike(property="products.colour")
    both = bought_it(SAME, brand)

    def line(product: str, colour: str) -> Line:
        return Line(product=product, told={"colour": colour})

    def story(*bought: Line) -> tuple[Done, Done]:
        viewed = Done(at_us=SECOND_US, name="view", lines=(line("p", "red"),))
        return viewed, Done(at_us=2 * SECOND_US, name="buy", lines=bought)

    assert seen(both, *story(line("p", "red")))
    assert not seen(both, *story(line("p", "blue"), line("q", "red")))


def test_the_product_of_one_line_goes_through_all_steps():
    through = Sequence(
        steps=(
            Step(event="view"),
            Step(event="buy", alike=(SAME,)),
            Step(event="return", alike=(SAME,)),
        )
    )
    viewed, bought = of(1, "view", "p"), of(2, "buy", "p", "q")

    assert seen(through, viewed, bought, of(3, "return", "p"))
    assert not seen(through, viewed, bought, of(3, "return", "q"))


def test_a_step_is_compared_with_the_one_it_names_by_the_name_it_has_there():
    placed = Step(event="place")
    viewed = Step(event="view")
    number = Alike(property="number", of="order_id", step=1)
    order = Sequence(steps=(placed, viewed, Step(event="$purchase", alike=(number,))))

    def story(told: str) -> tuple[Done, ...]:
        return (
            of(1, "place", properties={"order_id": "A1"}),
            of(2, "view", "p"),
            of(3, "$purchase", properties={"number": told}),
        )

    assert seen(order, *story("A1"))
    assert not seen(order, *story("A2"))


@pytest.mark.parametrize("barred", ["", "then_not", "without"])
def test_a_long_history_is_followed_in_work_that_grows_with_it(barred):
    """Ten thousand views are no ten thousand times ten thousand pairs."""
    looked = [0]

    class Counted(tuple):
        def __getitem__(self, at):
            looked[0] += 1
            return super().__getitem__(at)

    def many(second: int) -> list[Any]:
        faces = (Counted(((f"p{at}",),)) for at in range(10_000))
        return [(second * SECOND_US, face) for face in faces]

    without = (Deed(event="remove", alike=(SAME,)),) if barred == "without" else ()
    course = Course(
        Sequence(
            steps=(
                Step(event="view"),
                Step(event="buy", alike=(SAME,), without=without),
            ),
            then_not=Absence(event="return", alike=(SAME,)) if barred else None,
        )
    )

    ends = course.ends([many(at) for at in range(1, 1 + len(course.faces))])

    assert ends == ([] if barred else [2 * SECOND_US])
    assert 0 < looked[0] < 500_000


def is_kept_in(condition: Condition, *told: Done) -> bool:
    """Say whether somebody is in, by what strands noted as it came."""
    person = Person(program_of(condition), Facts(done=told), strands=2)
    for at, one in enumerate(told):
        person.note(one, at % 2, 0)
    return bool(person.judge(NOW_S * SECOND_US).bits)


def test_what_was_followed_is_no_end_whatever_is_done_of_another_product_later():
    condition = Sequence(
        steps=bought_it(SAME).steps, then_not=Absence(event="return", alike=(SAME,))
    )
    viewed, bought = of(1, "view", "p"), of(2, "buy", "p")
    told = (viewed, bought, of(3, "return", "p"), of(4, "buy", "q"))

    assert not is_kept_in(condition, *told)
    assert is_kept_in(condition, viewed, bought, of(3, "return", "q"))


def often_followed(chance: random.Random) -> Sequence:
    """Make a sequence of what was viewed, often, and bought or brought back, rarely."""
    same = chance.choice((SAME, SAME, OTHER))
    bars = (Deed(event="remove", alike=chance.choice(((), (SAME,)))),)
    steps = (
        Step(event="view"),
        Step(
            event=chance.choice(("buy", "buy", "view")),
            alike=(same,),
            after=chance.choice((None, Gap(most=Window(seconds=20)))),
            without=chance.choice(((), bars)),
        ),
        Step(event="return", alike=(chance.choice((SAME, OTHER)),)),
    )
    absence = Absence(event=chance.choice(("view", "buy", "remove")), alike=(SAME,))
    return Sequence(
        steps=steps[: chance.choice((2, 2, 3))],
        within=chance.choice((None, Window(seconds=30))),
        then_not=chance.choice((None, absence)),
    )


def test_what_is_done_far_more_often_than_what_follows_is_judged_by_its_meaning():
    rare = ("buy", "return", "remove")
    found = []
    for number in range(SEQUENCES):
        chance = random.Random(number)
        names = ("view",) * chance.choice((1, 12)) + rare
        told = [
            of(
                chance.randrange(60),
                chance.choice(names),
                *chance.sample("pqrs", chance.choice((1, 1, 2))),
            )
            for _ in range(chance.choice((8, 16)))
        ]
        condition = often_followed(chance)
        facts = Facts(done=tuple(told))
        person = Person(program_of(condition), facts, strands=2)
        for one in told:
            person.note(one, chance.randrange(2), 0)
        now_us = chance.randrange(70) * SECOND_US
        is_so = bool(person.judge(now_us).bits)
        assert is_so is matches(condition, facts, now_us), (number, condition)
        assert is_so is Oracle(facts, now_us).holds(condition), (number, condition)
        found.append(is_so)
    # Both are common enough.
    assert SEQUENCES / 5 < sum(found) < 4 * SEQUENCES / 5
