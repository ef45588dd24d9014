"""What steps are called on a page."""

from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.said import event_named

_STEPS = {
    "Product Viewed": later("looked at a product"),
    "Product Added": later("put it in the basket"),
    "Checkout Started": later("went to the checkout"),
    "$purchase": later("bought it"),
}


def step_named(name: str, look: Look) -> str:
    """Say what who took a step did; other events by their own names."""
    known = _STEPS.get(name)
    return event_named(name, look) if known is None else look.say(known)
