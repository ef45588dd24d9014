"""What would be bought less without a channel: the removal effect, solved exactly.

A path is a walk over states, the last channels that were met, which ends in a purchase
or nowhere. Taking a channel away sends whoever would come to it nowhere (Anderl,
Becker, von Wangenheim and Schumann 2016). Of an absorbing chain that is linear algebra
(Kemeny and Snell 1960), and needs no chance.
"""

from collections.abc import Mapping
from typing import Any

from habitue.base.errors import InvalidError
from habitue.journey.tally import BOUGHT, LOST, State

ORDER_MAX = 4
# A matrix of these takes about a second.
STATES_MAX = 1_500
_START: State = ()


def removal_effects(steps: Mapping[tuple[State, str], int]) -> dict[str, float]:
    """Give the part of all purchases that is lost without each channel, 0 to 1.

    steps: how many went from a state to a next channel, or to an end (Tally.steps).
    """
    if not steps:
        return {}
    chain = _Chain(steps)
    bought = chain.bought()
    if not bought:
        return dict.fromkeys(chain.channels, 0.0)
    return {
        name: min(1.0, max(0.0, chain.by_way_of(name) / bought))
        for name in chain.channels
    }


def purchase_probability(steps: Mapping[tuple[State, str], int]) -> float:
    """Give the part of all paths that ends in a purchase, as the chain has it."""
    return _Chain(steps).bought()


class _Chain:
    """The chain of all states, and how often each is met from the start on."""

    def __init__(self, steps: Mapping[tuple[State, str], int]) -> None:
        import numpy as np  # noqa: PLC0415 - heavy, and asked for seldom

        order = max(len(state) for state, _ in steps)
        states = {state for state, _ in steps}
        if len(states) > STATES_MAX:
            raise InvalidError(
                f"These paths have {len(states)} states of {order} channels; at most"
                f" {STATES_MAX} are solved. Ask for a lower order, or fewer channels."
            )
        self._places = {state: at for at, state in enumerate(sorted(states))}
        self.channels = sorted({state[-1] for state in states if state})
        size = len(self._places)
        moves, self._ends = np.zeros((size, size)), np.zeros(size)
        leaving = np.zeros(size)
        for (state, following), weight in sorted(steps.items()):
            place = self._places[state]
            leaving[place] += weight
            if following == BOUGHT:
                self._ends[place] += weight
            elif following != LOST:
                reached = (*state, following)[-order:]
                moves[place, self._places[reached]] += weight
        scale = np.where(leaving > 0, leaving, 1)
        self._ends /= scale
        # Row i, column j: how often j is met by who stands in i.
        self._met: np.ndarray[Any, Any] = np.linalg.inv(
            np.eye(size) - moves / scale[:, None]
        )
        # Who stands in a state buys with this probability.
        self._buys = self._met @ self._ends
        self._solve = np.linalg.solve

    def bought(self) -> float:
        return float(self._buys[self._places[_START]])

    def by_way_of(self, channel: str) -> float:
        """Give the probability to buy and to have met a channel on the way.

        A channel is met first in one of its states: the probabilities of that solve
        met[start, its] = first @ met[its, its].
        """
        its = [at for state, at in self._places.items() if state[-1:] == (channel,)]
        from_start = self._met[self._places[_START], its]
        between = self._met[its][:, its]
        first = self._solve(between.T, from_start)
        return float(first @ self._buys[its])
