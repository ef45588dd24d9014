"""Secrets that somebody pastes into a note or a reason: masked, and told.

What the staff write stays in the log for good and is read by others, so a key, a
password or the number of a payment card has no place there.
"""

from collections.abc import Iterable
from typing import Any

from habitue.access.pasted_forms import MASK, Pasted, found

# What an answer says of each: "it looks like ..".
SAID = {
    Pasted.PRIVATE_KEY: "a private key",
    Pasted.KEY: "a key to a service",
    Pasted.TOKEN: "a signed token",
    Pasted.PASSWORD: "a password",
    Pasted.CARD: "the number of a payment card",
}


def masked(text: str) -> str:
    """Give a text with what looks like a secret masked; as it is where there is none.

    >>> masked("her card is 4111 1111 1111 1111, password: kotek7")
    'her card is •••, password: •••'
    """
    made, after = [], 0
    for start, end in _joined(text):
        made += [text[after:start], MASK]
        after = end
    return "".join([*made, text[after:]])


def pasted(*texts: str) -> list[Pasted]:
    """Name what looks like secrets in texts, each kind once.

    >>> pasted("bought for 49.90, call +48 600 700 800"), pasted("password: kotek7")
    ([], [<Pasted.PASSWORD: 'password'>])
    """
    kinds = {kind for text in texts for _, _, kind in found(text)}
    return [kind for kind in Pasted if kind in kinds]


def told(view: dict[str, Any], *texts: str) -> dict[str, Any]:
    """Give an answer that says what was masked of the texts that came with a request.

    >>> told({"offset": 3}, "she called twice")
    {'offset': 3}
    >>> told({}, "token=9f8e7d6c5b4a3f2e")["secrets_masked"]["kinds"]
    ['key']
    """
    kinds = pasted(*texts)
    if not kinds:
        return view
    said = {"kinds": [*map(str, kinds)], "detail": sentence(kinds)}
    return {**view, "secrets_masked": said}


def sentence(kinds: Iterable[Pasted]) -> str:
    """Say what was masked and why, and the way out.

    >>> sentence([Pasted.CARD]).partition(",")[0]
    'What looks like a secret was masked (the number of a payment card)'
    """
    names = ", ".join(SAID[kind] for kind in kinds)
    return (
        f"What looks like a secret was masked ({names}), since what you write is kept"
        " and others read it. If it was one, change it where it is used."
    )


def _joined(text: str) -> list[tuple[int, int]]:
    """Give the places of all that is found, those that overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end, _ in sorted(found(text)):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
