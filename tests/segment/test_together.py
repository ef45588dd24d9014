"""What several strands noted is judged as it is kept, however it comes together."""

from habitue.segment.condition import Count, Did, DidNot, Window
from habitue.segment.facts import Facts
from habitue.segment.finding import Found
from habitue.segment.leaf import Edge, Latest, Leaf, key_of, leaves_under
from habitue.segment.noting import Wanted
from habitue.segment.program import Program
from habitue.segment.together import Joined

NOW_US, DAY_US = 10**15, 86_400_000_000
OFTEN = Did(event="page", count=Count(op=">=", value=2))
NEVER = DidNot(event="page", within=Window(days=1))


def test_what_is_kept_for_who_needs_more_is_not_cut_by_who_needs_less() -> None:
    wide = Leaf(names=("page",), keep=Latest(most=2))
    numbers = {key_of(one): 1 for it in (OFTEN, NEVER) for one in leaves_under(it)}

    program = Program({0: OFTEN, 1: NEVER}, numbers, {1: wide})
    strands = [{1: [NOW_US - DAY_US]}, {1: [NOW_US]}]
    joined = Joined(program.leaves, strands, NOW_US)

    assert len(numbers) == 2
    assert program.judge(joined.entries, Facts(), NOW_US).bits == 0b01


def test_of_who_did_something_first_nothing_is_kept_that_came_behind() -> None:
    leaves = {1: Leaf(names=("page",), keep=Edge(which="first"))}
    wanted = Wanted(1, leaves[1])
    first, ahead = (NOW_US - DAY_US, True), (NOW_US + DAY_US, False)

    live = Joined(leaves, [{1: [first]}], NOW_US)
    live.take(Found(ahead[0], [], [], [(wanted, [ahead])]), NOW_US)

    anew = Joined(leaves, [{1: [first]}, {1: [ahead]}], NOW_US)
    assert live.entries == anew.entries == {1: [first]}
