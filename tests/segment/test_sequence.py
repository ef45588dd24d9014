"""Sequences: order, gaps, what must not come between, what must not follow."""

import random

import pytest

from habitue.base.clock import SECOND_US
from habitue.segment.condition import (
    Absence,
    Condition,
    Deed,
    Gap,
    Sequence,
    Step,
    Window,
)
from habitue.segment.facts import Done, Facts
from habitue.segment.meaning import matches
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
