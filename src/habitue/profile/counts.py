"""Which events count: the one place that says so."""

from habitue.model.event import Event


def counts(event: Event) -> bool:
    """Say whether an event tells of a customer, and so changes anything at all.

    What robots, scanners of mail and the shop's own staff did is kept in the log and
    shown, and is else as if it had never been: it is no evidence of who is who, has
    no part in traits, consents, orders or totals, and nothing is reckoned from it.

    >>> counts(Event(type="page", name="", at_us=0, marked="bot"))
    False
    """
    return not event.marked
