"""How much contact a person wants: what they chose first, how they react second.

declared   the trait contact_need, or a withdrawal of all marketing
reaction   a mail marked as spam, or unsubscribed more often than followed:
leave in peace; links followed, tapped or answered: wants attention;
calls, chats, callbacks and questions of their own: when asked
otherwise  not known
"""

from collections.abc import Mapping

from msgspec import Struct

from habitue.model.consent import Consent
from habitue.model.trait import Trait
from habitue.profile.computed import Facts
from habitue.profile.ledger import ledger
from habitue.profile.permission import answer

ATTENTION, ON_DEMAND, PEACE = "wants_attention", "on_demand", "do_not_disturb"
NEEDS = (ATTENTION, ON_DEMAND, PEACE)
TRAIT = "contact_need"

_FOLLOWED = (
    "Email Link Clicked", "SMS Link Clicked", "Push Notification Tapped",
    "Offer Accepted", "Offer Redeemed", "Survey Answered",
)  # fmt: skip
_ASKED = (
    "Live Chat Conversation Started", "Call Started", "Callback Requested",
    "Question Asked", "Email Received", "WhatsApp Message Received", "SMS Received",
)  # fmt: skip
_REFUSED = ("Unsubscribed", "Consent Withdrawn", "Offer Rejected")
_SPAM = "Email Marked as Spam"
# So often something has to happen before it is a habit.
_HABIT = 2


class Need(Struct, frozen=True):
    """A class, and whether the person chose it or behaves so; empty if not known."""

    need: str
    because: str


def chosen_need(traits: Mapping[str, Trait]) -> object:
    """Give what stands as the trait contact_need; None where nothing does."""
    trait = traits.get(TRAIT)
    return None if trait is None else trait.told.value


def need_of(facts: Facts, chosen: object) -> Need:
    """Give a person's need for contact.

    chosen: the value of the trait contact_need, as it stands; None if there is none.
    """
    if chosen in NEEDS:
        return Need(str(chosen), "chosen")
    if answer(ledger(facts.state), "marketing", "*").state is Consent.WITHDRAWN:
        return Need(PEACE, "marketing withdrawn")
    return _by_reaction(facts.state.names)


def _by_reaction(names: dict[str, int]) -> Need:
    followed, asked, refused = (
        sum(names.get(name, 0) for name in group)
        for group in (_FOLLOWED, _ASKED, _REFUSED)
    )
    if names.get(_SPAM):
        return Need(PEACE, "marked a message as spam")
    if refused > followed:
        return Need(PEACE, "refused more often than followed")
    if followed >= _HABIT:
        return Need(ATTENTION, "follows what is sent")
    if asked >= _HABIT:
        return Need(ON_DEMAND, "comes by themselves")
    return Need("", "not known yet")
