"""How the shop reckons, as its log defines it: the zone of its days, its currency.

State sums up days, so it is a function of the log only where the log says in which
zone they are. There is one zone for all of history: state under another is computed
anew. The settings are what a log begins with; from then on they are asked no more.
"""

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct, structs

from habitue.app.projection.defined import decoded
from habitue.base.sections import Shop
from habitue.base.settings import Loaded, shown
from habitue.identity.defining import SHOP
from habitue.log.port import Truth
from habitue.model.reckoning import Reckoning

# What the definition is called; there is one, the shop's.
RECKONING = "reckoning"
_FIELDS = Reckoning.__struct_fields__


class Held(Struct, frozen=True):
    """What a log defines, and the version of that definition."""

    reckoning: Reckoning
    version: int


def held_in(truth: Truth) -> Held | None:
    """Give what the log defines; None where it defines nothing of it yet.

    Such a log is one that nobody led yet: who leads writes down what it begins with.
    """
    for one in truth.definitions(RECKONING):
        if one.name == SHOP:
            return Held(decoded(one, Reckoning), one.version)
    return None


def reckoning_in_force(truth: Truth, unsaid: Shop) -> Reckoning:
    """Give how the shop reckons by its log; by unsaid where that says nothing yet."""
    held = held_in(truth)
    if held is not None:
        return held.reckoning
    return Reckoning(time_zone=unsaid.time_zone, currency=unsaid.currency)


def as_defined(shop: Shop, held: Reckoning) -> Shop:
    """Lay what the log says over what the settings say of a shop."""
    return structs.replace(shop, **msgspec.to_builtins(held))


def overruled(shop: Shop, held: Reckoning, origins: Mapping[str, str]) -> Iterator[str]:
    """Say which settings the log overrules, a sentence each, with the way out.

    origins: where each setting comes from; what nobody set says nothing.
    """
    for name in _FIELDS:
        told, holds = getattr(shop, name), getattr(held, name)
        origin = origins.get(f"shop.{name}", "default")
        if told != holds and origin != "default":
            option = name.replace("_", "-")
            yield (
                f"shop.{name} is '{told}' by {origin}, but the log says '{holds}', and"
                f" that holds. To change it: habitue shop set --{option} {told}"
            )


def as_shown(loaded: Loaded, held: Held | None) -> list[tuple[str, str, str]]:
    """Give (name, value, origin) of every setting, as the log overrules them.

    held: what it defines; None where there is no log yet, or none to look at.
    """
    settings, origins = loaded.settings, dict(loaded.origins)
    for name in (f"shop.{field}" for field in _FIELDS):
        if held is None:
            origins[name] += ", for a new log"
        else:
            origins[name] = f"the log, version {held.version}"
    if held is not None:
        shop = as_defined(settings.shop, held.reckoning)
        settings = structs.replace(settings, shop=shop)
    return shown(Loaded(settings, origins))
