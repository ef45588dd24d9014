"""Whether a person may be written to, by what the consent ledger holds.

Only a later grant for the same contact point lifts a withdrawal, and a person's
answer is the most restrictive over all contact points. What a browser says is a
claim: its grant is pending, its withdrawal silences its own device, and what reaches
that device itself, alone; or one could silence others by naming them.
"""

from collections.abc import Collection

from habitue.model.consent import Consent, ConsentAnswer, ConsentEntry
from habitue.model.kind import DEVICE_KINDS
from habitue.profile.ledger import ANY, newest
from habitue.profile.said import CONSENTS, HEARSAY

# What reaches a device itself rather than an address. Not "*": a no of one device
# is no answer about addresses.
DEVICE_CHANNELS = frozenset({"push", "onsite", "web", "app"})


def answer(
    entries: tuple[ConsentEntry, ...],
    purpose: str,
    channel: str,
    devices: Collection[str] = DEVICE_KINDS,
) -> ConsentAnswer:
    """Say whether somebody may be written to for a purpose by a channel, and why.

    entries is a person's ledger. An entry for a purpose holds for those below it
    (marketing for marketing/spring), one for "*" for every channel.
    """
    meant = [entry for entry in entries if _concerns(entry, purpose, channel)]
    held = [entry for entry in meant if not _is_hearsay(entry, channel, devices)]
    note = ""
    if len(held) < len(meant):
        note = HEARSAY
    entry = _deciding(held)
    reason = CONSENTS["nothing_said"] if entry is None else _reason(entry)
    return ConsentAnswer(
        purpose=purpose,
        channel=channel,
        state=Consent.UNKNOWN if entry is None else entry.state,
        reason=reason + note,
        entry=entry,
    )


def _concerns(entry: ConsentEntry, purpose: str, channel: str) -> bool:
    if entry.channel not in (ANY, channel):
        return False
    return entry.purpose == purpose or purpose.startswith(f"{entry.purpose}/")


def _is_hearsay(entry: ConsentEntry, channel: str, devices: Collection[str]) -> bool:
    """Say whether this is a browser's no to what does not reach that browser."""
    kind = entry.contact.partition(":")[0]
    reaches = channel in DEVICE_CHANNELS and kind in devices
    return _is_claimed_no(entry) and not reaches


def _is_claimed_no(entry: ConsentEntry) -> bool:
    return entry.claimed and entry.state is Consent.WITHDRAWN


def _deciding(entries: list[ConsentEntry]) -> ConsentEntry | None:
    """Give the entry that decides over all contact points; None if there is none."""
    by_contact: dict[str, list[ConsentEntry]] = {}
    for entry in entries:
        by_contact.setdefault(entry.contact, []).append(entry)
    decided = [_decide(of_contact) for of_contact in by_contact.values()]
    return max(decided, key=_weight, default=None)


def _weight(entry: ConsentEntry) -> tuple[int, int, str, str, str]:
    """Order contact points by how much each says of the person, the newest last."""
    if _is_claimed_no(entry):
        # It speaks for its device alone: any word about another contact is more.
        weight = 0
    else:
        states = (Consent.PENDING, Consent.GRANTED, Consent.WITHDRAWN)
        weight = 1 + states.index(entry.state)
    return weight, *newest(entry)


def _decide(entries: list[ConsentEntry]) -> ConsentEntry:
    """Give what holds for one contact point: the later of grant and withdrawal."""
    granted = _latest(entries, Consent.GRANTED)
    # The shop's own no first: a browser repeating it must not make it a claim.
    for claimed in (False, True):
        withdrawn = _latest(entries, Consent.WITHDRAWN, claimed=claimed)
        # Said in the same instant, the withdrawal holds.
        if withdrawn and (granted is None or granted.at_us <= withdrawn.at_us):
            return withdrawn
    return granted or _newest_of(entries)


def _latest(
    entries: list[ConsentEntry], state: Consent, *, claimed: bool = False
) -> ConsentEntry | None:
    having = [one for one in entries if one.state is state and one.claimed is claimed]
    return _newest_of(having) if having else None


def _newest_of(entries: list[ConsentEntry]) -> ConsentEntry:
    return max(entries, key=newest)


def _reason(entry: ConsentEntry) -> str:
    code = {Consent.WITHDRAWN: "withdrawn", Consent.GRANTED: "granted"}
    template = CONSENTS[code.get(entry.state, "pending")]
    return template.format(contact=entry.contact, source=entry.source)
