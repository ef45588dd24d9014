"""How channels, sides and intentions are called on screens of journeys."""

from habitue.console.channel_names import channel_named
from habitue.console.language import later
from habitue.console.look import Look

_INTENTS = {
    "search": later("Search"),
    "compare": later("Compare"),
    "recommend": later("Recommend"),
    "buy": later("Buy"),
    "use": later("Use"),
}
_SIDES = {
    "online": later("online"),
    "web": later("in the web shop"),
    "app": later("in the app"),
    "store": later("in a store"),
    "call": later("by telephone"),
    "chat": later("in a chat"),
    "purchase": later("a purchase, anywhere"),
}


def intent_name(intent: object, look: Look) -> str:
    """Name an intention."""
    return look.say(_INTENTS[str(intent)])


def side_name(side: object, look: Look) -> str:
    """Name where somebody is; a contact that is no side by its channel."""
    told = _SIDES.get(str(side))
    return channel_named(side, look) if told is None else look.say(told)


def sides(look: Look, *more: str) -> list[tuple[str, str]]:
    """Give the sides that can be chosen, by value and name."""
    names = [name for name in _SIDES if name != "purchase" or name in more]
    return [(name, side_name(name, look)) for name in names]


def intents(look: Look) -> list[tuple[str, str]]:
    """Give the intentions that can be chosen, by value and name."""
    return [(name, intent_name(name, look)) for name in _INTENTS]
