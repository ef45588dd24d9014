"""What a person allowed and forbade, by contact point, purpose and channel."""

from enum import StrEnum

from msgspec import Struct

# Events that grant, and that withdraw.
GRANTS = frozenset({"Consent Granted", "Subscribed"})
WITHDRAWALS = frozenset({"Consent Withdrawn", "Unsubscribed", "Email Marked as Spam"})
_YES = frozenset({"granted", "grant", "yes", "true", "given", "subscribed", "1"})
_NO = frozenset(
    {"withdrawn", "withdraw", "denied", "no", "false", "unsubscribed", "0", "refused"}
)


class Consent(StrEnum):
    """The four answers to whether somebody may be written to."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    PENDING = "pending"
    UNKNOWN = "unknown"


class ConsentEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of the consent ledger: who said what, when, where and to which text."""

    # The contact point (email:anna@example.com) or other identifier it holds for.
    contact: str
    purpose: str
    # "*" is every channel.
    channel: str
    state: Consent
    at_us: int
    source: str
    message_id: str
    offset: int
    # Told by a browser: a grant is pending, a withdrawal holds for its device only.
    claimed: bool = False
    # The event that brought it, so that a complaint can be told from a form.
    event: str = ""
    text: str | None = None
    text_version: str | None = None
    legal_basis: str | None = None
    # Who took it down, and where.
    by: str | None = None
    place: str | None = None


class ConsentAnswer(Struct, frozen=True, kw_only=True):
    """Whether a person may be written to for a purpose by a channel, and why."""

    purpose: str
    channel: str
    state: Consent
    # A sentence for the operator.
    reason: str
    # The entry that decided; None where nothing is known.
    entry: ConsentEntry | None = None


def is_granted(said: object) -> bool | None:
    """Say whether a word about a consent is a yes or a no; None: it is neither.

    >>> is_granted(" Yes"), is_granted(0), is_granted(1.0), is_granted("perhaps")
    (True, False, True, None)
    """
    if isinstance(said, bool):
        return said
    if isinstance(said, float) and said.is_integer():
        said = int(said)
    word = str(said).strip().lower() if isinstance(said, (str, int)) else ""
    if word in _YES:
        return True
    return False if word in _NO else None
