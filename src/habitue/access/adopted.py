"""Keys that clients of other products hold already, taken as they are.

A tracking client is set up with a key of its vendor: a project's key, an app id, a
measurement id with its secret. Where a source takes that key over, nothing but the
host name has to change in the client.
"""

import re
from collections.abc import Iterable

from habitue.base.errors import InvalidError
from habitue.model.source import Source, Writer

_ADOPTED = re.compile(r"[!-~]{1,200}")
# Such a short one can be guessed. Where anybody can read it anyway that does no harm.
_SECRET_CHARS_MIN = 16


def check_adopted(source: Source, told: str, ours: Iterable[str]) -> None:
    """Refuse a key that can't be taken over, with the way out.

    ours: how the keys begin that are made here.
    """
    if not _ADOPTED.fullmatch(told):
        raise InvalidError(
            "A key to take over is 1 to 200 plain letters, digits and signs without a"
            " space; of a name and a secret write NAME:SECRET."
        )
    if told.startswith(tuple(f"{one}_" for one in ours)):
        raise InvalidError("This looks like a key of ours; those are made, not taken.")
    if source.kind is Writer.SERVER and len(told) < _SECRET_CHARS_MIN:
        raise InvalidError(
            f"What a server tells is believed, and a key under {_SECRET_CHARS_MIN}"
            f" letters can be guessed; make one with 'habitue source rotate"
            f" {source.name}', or take this one at a public source."
        )
