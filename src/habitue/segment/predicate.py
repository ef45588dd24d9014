"""All conditions as one function: from the answers to their questions to a bitmap.

Its code is built of numbers of ours, as a syntax tree: which answers, and which bit.
No text of a definition or an event ever enters it.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from habitue.segment.condition import AllOf, AnyOf, Condition, Not
from habitue.segment.leaf import key_of
from habitue.segment.walk import leaves

# From the answers, 0 or 1 each by its place, to the bits.
Predicate = Callable[[Sequence[int]], int]

_ANSWERS, _BITS = "answers", "bits"
# A part of the bits costs about as much as so many conditions of the whole.
_PART_COSTS = 6


def compiled(
    conditions: Mapping[int, Condition], places: Mapping[bytes, int]
) -> Predicate:
    """Make the function that gives the bits of the conditions that hold.

    conditions: by bit. places: where the answer to each single condition stands, by
    its text (habitue.segment.leaf.key_of).
    """
    body: list[ast.stmt] = [_parsed(f"{_BITS} = 0")]
    for bit, condition in conditions.items():
        sets = _parsed(f"{_BITS} |= 0")
        sets.value = ast.Constant(1 << bit)
        body.append(ast.If(test=_expression(condition, places), body=[sets], orelse=[]))
    body.append(ast.Return(value=ast.Name(id=_BITS, ctx=ast.Load())))
    tree = ast.parse(f"def predicate({_ANSWERS}): pass")
    cast("ast.FunctionDef", tree.body[0]).body = body
    return _made(ast.fix_missing_locations(tree))


def _made(tree: ast.Module) -> Predicate:
    names: dict[str, Any] = {"__builtins__": {}}
    exec(compile(tree, "<segments>", "exec"), names)  # noqa: S102 - a tree of our numbers
    return cast("Predicate", names["predicate"])


def _parsed(text: str) -> Any:
    return ast.parse(text).body[0]


def _expression(condition: Condition, places: Mapping[bytes, int]) -> ast.expr:
    match condition:
        case AllOf(of=of):
            return _joined(ast.And(), of, places)
        case AnyOf(of=of):
            return _joined(ast.Or(), of, places)
        case Not(of=inner):
            return ast.UnaryOp(op=ast.Not(), operand=_expression(inner, places))
        case _:
            return ast.Subscript(
                value=ast.Name(id=_ANSWERS, ctx=ast.Load()),
                slice=ast.Constant(places[key_of(condition)]),
                ctx=ast.Load(),
            )


def _joined(
    op: ast.boolop, of: Sequence[Condition], places: Mapping[bytes, int]
) -> ast.expr:
    if len(of) < 2:
        if of:
            return _expression(of[0], places)
        # Of none, all hold; and none does.
        return ast.Constant(isinstance(op, ast.And))
    return ast.BoolOp(op=op, values=[_expression(one, places) for one in of])


class Bits:
    """The bitmap of conditions: found as a whole, or anew where answers changed."""

    def __init__(
        self,
        conditions: Mapping[int, Condition],
        places: Mapping[bytes, int],
        answers: Sequence[int],
    ) -> None:
        """answers: of somebody of whom nothing is known."""
        self._conditions = conditions
        self._places = places
        self.predicate = compiled(conditions, places)
        self.default = self.predicate(answers)
        self._resting_on: dict[int, dict[int, Condition]] = {}
        for bit, condition in conditions.items():
            for single in leaves(condition):
                place = places[key_of(single)]
                self._resting_on.setdefault(place, {})[bit] = condition
        # By place: the bits that rest on an answer, and what finds these alone.
        self._parts: dict[int, tuple[int, Predicate]] = {}

    def again(self, bits: int, changed: Sequence[int], answers: Sequence[int]) -> int:
        """Give the bits, of which these are what they were before answers changed.

        changed: the places of these answers.
        """
        if len(changed) * _PART_COSTS > len(self._conditions):
            return self.predicate(answers)
        for place in changed:
            part = self._parts.get(place)
            if part is None:
                part = self._parts[place] = self._part(place)
            bits = bits & ~part[0] | part[1](answers)
        return bits

    def _part(self, place: int) -> tuple[int, Predicate]:
        conditions = self._resting_on[place]
        return sum(1 << bit for bit in conditions), compiled(conditions, self._places)
