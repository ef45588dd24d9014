"""What is said of a person in whole sentences: each by its code, with its values.

The sentences stand here and nowhere else: whoever shows one in another language finds
by the sentence which it is, and what was put into it (habitue.base.said).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

Texts: TypeAlias = Mapping[str, str]

# A browser's no is told of beside whatever holds.
HEARSAY = " A browser said no; a server has to confirm it."
# Why somebody may be written to, or not.
CONSENTS: Texts = MappingProxyType(
    {
        "nothing_said": "Nobody has said anything about this yet.",
        "withdrawn": (
            "Withdrawn for {contact} (told by {source}); only a later grant for it"
            " lifts this."
        ),
        "granted": "Granted for {contact} (told by {source}).",
        "pending": (
            "Granted by a browser for {contact} (told by {source}); it waits for"
            " confirmation."
        ),
    }
)
# Something an operator should know about a profile.
WARNINGS: Texts = MappingProxyType(
    {
        "names": "So many kinds of events that some are not counted by name.",
        "channels": "So many channels named that some are not counted.",
        "days": "So many days with events that the oldest are not kept.",
        "traits": "So many traits that only the first in the alphabet are kept.",
        "claimed_traits": "So many traits told by browsers that some are not kept.",
        "consents": "So many consents that only the first in the alphabet are kept.",
        "claimed_consents": "So many consents told by browsers that some are not kept.",
        "claims": "So many purchases told by browsers that some are not kept.",
        "bounces": "So many addresses bounced that some are not kept.",
        "visited": "So many stores been in that only the first in order are kept.",
        "trait_too_big": (
            "Values of traits were over 1 kB or misnamed and were left out."
        ),
        "consent_unclear": (
            "Consents didn't say yes or no, or for whom, and were left out."
        ),
        "over_returned": "More came back of {purchase} than was bought.",
        "conflict": "Two reports of {purchase} differ; the later is shown.",
        "many_identifiers": (
            "This person has {count} identifiers, which is more than one customer has;"
            " see what joined them, and un-merge what is not theirs."
        ),
        "many_refusals": (
            "{count} times somebody named this person together with others, and none"
            " of it was believed; if browsers make them up, change the key of their"
            " source."
        ),
    }
)
# Why an order, receipt or return does not count.
UNCOUNTED: Texts = MappingProxyType(
    {
        "claimed": "told only by a browser; a server, till or file has to confirm it",
        "void": "cancelled or failed",
        "covered": "its order is counted",
        "nothing": "its purchase doesn't count, or no amount was told",
    }
)


def warning(code: str, **values: object) -> str:
    """Give the sentence of a warning."""
    return WARNINGS[code].format(**values)
