"""What of an event's properties may be copied for analysis.

No contact points, names or free text: what is told under such a key, or looks like
it, is masked. That it was told can still be asked, what it was can't.
"""

import re
from collections.abc import Mapping
from typing import Any

# Stands for what was told and is not copied.
MASK = "…"
DEPTH_MAX = 4
KEYS_MAX = 200
LIST_MAX = 100
TEXT_MAX = 64
WORDS_MAX = 6
KEY_MAX = 64

# Words of a key under which contact points, names, texts or secrets are told.
_PRIVATE = frozenset(
    {
        *("email", "mail", "phone", "telephone", "tel", "mobile", "msisdn", "fax"),
        *("address", "street", "house", "flat", "apartment", "postcode", "zip"),
        "zipcode",
        *("postal", "ip", "latitude", "longitude", "lat", "lon", "lng", "birthday"),
        *("birthdate", "birth", "dob", "iban", "iin", "bin", "pesel", "passport"),
        "ssn",
        *("firstname", "lastname", "surname", "fullname", "username", "patronymic"),
        *("nickname", "recipient", "contact", "signature", "avatar", "login"),
        *("text", "message", "comment", "comments", "note", "notes", "body", "content"),
        *("review", "feedback", "answer", "question", "query", "search", "keywords"),
        *("description", "subject", "transcript", "summary", "q"),
        *("password", "token", "secret", "cookie", "session", "auth", "key"),
        *("card", "pan", "cvv", "gclid", "fbclid", "yclid", "userid", "anonymousid"),
    }
)
# Whose names may be told; every other name is taken for a person's.
_NAMED = frozenset(
    {
        *("product", "category", "brand", "campaign", "list", "store", "shop", "event"),
        *("coupon", "promotion", "banner", "variant", "creative", "segment", "source"),
        *("city", "region", "country", "till", "screen", "form", "step", "channel"),
    }
)
# What names a person, by word pairs.
_PERSON_IDS = frozenset(
    {
        *("user_id", "customer_id", "client_id", "anonymous_id", "device_id"),
        *("loyalty_card", "loyalty_id", "visitor_id", "member_id", "contact_id"),
        *("external_id", "person_id", "distinct_id", "agent_id", "cashier_id"),
        *("operator_id", "cashier", "agent", "operator", "employee"),
    }
)
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_PHONE = re.compile(r"\+[\d\s().-]{8,}$|[\d\s().-]*\d{3}[\s().-]+\d{2,3}[\s-]?\d{2}")
_kept_keys: dict[str, bool] = {}
_KEPT_KEYS_MAX = 20_000
_SCALARS = frozenset({int, float, bool, type(None)})


def is_kept_key(key: str) -> bool:
    """Say whether what is told under a key is copied as it is, if it is plain.

    >>> is_kept_key("product_id"), is_kept_key("firstName"), is_kept_key("list_name")
    (True, False, True)
    >>> is_kept_key("userId"), is_kept_key("comment")
    (False, False)
    """
    found = _kept_keys.get(key)
    if found is None:
        if len(_kept_keys) >= _KEPT_KEYS_MAX:
            _kept_keys.clear()
        found = _kept_keys[key] = _judge(key)
    return found


def _judge(key: str) -> bool:
    if not key.isascii() or len(key) > KEY_MAX:
        return False
    words = [word.lower() for word in _PARTS.findall(key)]
    if not words or "_".join(words) in _PERSON_IDS:
        return False
    if words[-1] in {"name", "names"}:
        return len(words) > 1 and words[-2] in _NAMED
    return _PRIVATE.isdisjoint(words)


def is_plain_text(value: str) -> bool:
    """Say whether a text is a word or an id, not a contact point or a sentence.

    >>> is_plain_text("PLN"), is_plain_text("a@b.example")
    (True, False)
    >>> is_plain_text("+48600100200"), is_plain_text("4820012345678")
    (False, True)
    """
    if len(value) > TEXT_MAX:
        return False
    # Most texts are one word or a number, which needs no closer look.
    if value.isalnum():
        return True
    if "@" in value or value.count(" ") >= WORDS_MAX:
        return False
    # What begins with a letter is no number of a phone.
    return value[:1].isalpha() or _PHONE.match(value) is None


def plain(told: Mapping[str, Any], *, without: str = "") -> dict[str, Any]:
    """Give properties as they may be copied; without: a key that is left out.

    >>> plain({"sku": "A1", "email": "a@b.example", "page": {"name": "Anna"}})
    {'sku': 'A1', 'email': '…', 'page': {'name': '…'}}
    """
    found: dict[str, Any] = {}
    kept = _kept_keys
    # Done for every event, so without a call each for what is plain at a glance.
    for key, value in told.items():
        is_kept = kept.get(key)
        if is_kept is None:
            is_kept = is_kept_key(key)
        if key == without or (not is_kept and len(key) > KEY_MAX):
            continue
        sort = type(value)
        if not is_kept:
            found[key] = None if value is None else MASK
        elif sort in _SCALARS or (
            sort is str and value.isalnum() and len(value) <= TEXT_MAX
        ):
            found[key] = value
        else:
            found[key] = _value(value, 1)
        if len(found) == KEYS_MAX:
            break
    return found


def _value(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return value if is_plain_text(value) else _shortened(value)
    if isinstance(value, dict):
        return _nested(value, depth)
    if isinstance(value, (list, tuple)):
        if depth >= DEPTH_MAX:
            return MASK
        return [_value(one, depth + 1) for one in value[:LIST_MAX]]
    return value


def _nested(value: dict[Any, Any], depth: int) -> Any:
    if depth >= DEPTH_MAX:
        return MASK
    return {
        key: _value(one, depth + 1) if is_kept_key(key) else _masked(one)
        for key, one in list(value.items())[:KEYS_MAX]
        if isinstance(key, str) and len(key) <= KEY_MAX
    }


def _masked(value: Any) -> Any:
    """Mask what was told; that nothing was told stays so."""
    return None if value is None else MASK


def _shortened(value: str) -> str:
    """Give where an address of the web leads, without what it carries along.

    >>> _shortened("https://shop.example/shoes?email=a@b.example")
    'https://shop.example/shoes'
    """
    if not value.startswith(("https://", "http://", "/")):
        return MASK
    path = value.partition("?")[0].partition("#")[0]
    return MASK if "@" in path or len(path) > 256 or " " in path else path
