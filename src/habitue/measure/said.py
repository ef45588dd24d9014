"""Why a figure is not told: each sentence by its code, with its values.

Whoever shows one in another language finds by the sentence which it is, and what was
put into it (habitue.base.said).
"""

from collections.abc import Mapping
from types import MappingProxyType

UNTOLD: Mapping[str, str] = MappingProxyType(
    {
        "costs_of_segment": (
            "Costs are of everybody whom a channel reached; of a segment alone they are"
            " not known."
        ),
        "costs_of_long": "Costs are told of {days} days at most, as journeys are.",
        "no_control": "No arm is called '{name}': name the control's variation.",
    }
)
