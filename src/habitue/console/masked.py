"""Telling on the next page what was masked of what somebody typed, and why."""

from habitue.access.pasted import pasted
from habitue.access.pasted_forms import Pasted
from habitue.console.language import later

# In the address of the page that tells it: kinds alone, and none that we don't know.
ASKED = "masked"
NAMES = {
    Pasted.PRIVATE_KEY: later("a private key"),
    Pasted.KEY: later("a key to a service"),
    Pasted.TOKEN: later("a signed token"),
    Pasted.PASSWORD: later("a password"),
    Pasted.CARD: later("the number of a payment card"),
}


def telling(path: str, *texts: str) -> str:
    """Give a way to a page of ours that tells what of these texts is masked.

    >>> telling("/console/people/7?done=joined#event-3", "password: kotek7")
    '/console/people/7?done=joined&masked=password#event-3'
    >>> telling("/console/people/7", "she called twice")
    '/console/people/7'
    """
    kinds = pasted(*texts)
    if not kinds:
        return path
    whole, sign, place = path.partition("#")
    joint = "&" if "?" in whole else "?"
    return f"{whole}{joint}{ASKED}={','.join(kinds)}{sign}{place}"


def masked_of(*texts: str) -> tuple[str, ...]:
    """Name what of these texts is masked, for a page that is their answer itself."""
    return tuple(NAMES[kind] for kind in pasted(*texts))


def names_of(told: str) -> tuple[str, ...]:
    """Name what an address says was masked; what is no kind of ours is left out.

    >>> names_of("card,<b>,card")
    ('the number of a payment card',)
    """
    return tuple(NAMES[kind] for kind in Pasted if kind in told.split(","))
