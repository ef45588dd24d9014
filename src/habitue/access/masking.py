"""What somebody sees of a person who may not know how to reach them, or their name.

Works on views as the API and the console show them. Known fields are masked by what
they are, and what looks like an address or a number is masked in every text besides,
since anything may stand in what an event tells.
"""

import re
from collections.abc import Iterable
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from habitue.access.permission import Permission
from habitue.access.reading import saw
from habitue.access.scope import Sees, check_seen

View = dict[str, Any]

_EMAIL = re.compile(r"[^\s@,;:<>()\"']{1,64}@[^\s@,;:<>()\"']{1,255}")
_PHONE = re.compile(r"\+\d[\d ().-]{6,18}\d")
_CONTACT_KINDS = frozenset({"email", "phone"})
_CONTACT_WORDS = ("email", "e_mail", "phone", "mobile", "telephone", "telefon")
_NAME_WORDS = frozenset(
    {"name", "full_name", "first_name", "last_name", "middle_name", "surname"}
    | {"given_name", "family_name", "username", "nickname", "title", "birthday"}
    | {"date_of_birth", "address", "street", "postal_code", "postcode", "zip"}
    # What the staff noted of somebody, in words of their own.
    | {"note"}
    | {"national_id", "pesel", "iin", "tax_id"}
)
_MASK = "•••"
_QUOTED = re.compile(r"'[^']*'")
_DIGITS_MAX = 6
_WORD_MIN = 3


class Seer(Protocol):
    """Somebody who looks."""

    def may(self, permission: Permission) -> bool: ...

    @property
    def sees(self) -> Sees | None: ...


class Mask(Struct, frozen=True):
    """What is hidden from somebody: how people are reached, how they are called.

    sees: says whom they see at all; None: everybody.
    """

    contacts: bool
    names: bool
    sees: Sees | None = None

    @property
    def is_bare(self) -> bool:
        """Say whether nothing is hidden, and nobody."""
        return not self.hides and self.sees is None

    @property
    def hides(self) -> bool:
        return self.contacts or self.names

    def view(self, view: View) -> View:
        """Mask a person's view, an event's, or a list's line; whose, one has to see."""
        if not self._shows(view):
            check_seen(self, view["person_id"] or 0)
        # An event that passes by on a page is nobody's card.
        if view.get("person_id") is not None and "offset" not in view:
            saw((view["person_id"],))
        if not self.hides:
            return view
        known = sorted(self._known(view), key=len, reverse=True)
        masked: View = self._walk("", view, known)
        masked["masked"] = True
        return masked

    def views(self, views: Iterable[View]) -> list[View]:
        """Mask each of some views; those of people who are not seen are left out."""
        return [self.view(one) for one in self.seen(views)]

    def seen(self, views: Iterable[View]) -> list[View]:
        """Leave out the views of people who are not seen, masking nothing."""
        return [one for one in views if self._shows(one)]

    def couples(self, views: Iterable[View]) -> list[View]:
        """Mask views of two people each, where both are seen."""
        sides = ("left", "right")
        return [
            self.couple(one)
            for one in views
            if all(self._shows(one[side]) for side in sides)
        ]

    def _shows(self, view: View) -> bool:
        if self.sees is None or "person_id" not in view:
            return True
        # What is nobody's is of no store either.
        whose = view["person_id"]
        return whose is not None and self.sees(whose)

    def couple(self, view: View) -> View:
        """Mask a view of two people, each by what is known of them: left and right."""
        sides = {name: self.view(view[name]) for name in ("left", "right")}
        return {**view, **sides}

    def item(self, view: View) -> View:
        """Mask an item in quarantine: of what nobody could read its shape is shown."""
        if not self.hides:
            return view
        detail, name = str(view["detail"] or ""), str(view["message_id"] or "")
        return {
            **view,
            "detail": _QUOTED.sub(f"'{_MASK}'", self._text(detail, [])),
            "message_id": self._text(name, []),
            "original": _shape(view["original"]),
            "masked": True,
        }

    def _known(self, view: View) -> set[str]:
        """Give the texts of the view's own fields that must stand nowhere in it."""
        found: set[str] = set()
        if self.names:
            found |= _parts(view.get("name") if self._is_called("name", view) else None)
            found |= _parts(view.get("person"))
        for name, trait in _items(view.get("traits")):
            value = trait.get("value") if isinstance(trait, dict) else trait
            if self.hides_field(name):
                found |= _parts(value)
        for one in view.get("identifiers") or ():
            if isinstance(one, dict) and self._hides_kind(one.get("kind")):
                found.add(str(one.get("value")))
        return found

    def hides_field(self, name: str) -> bool:
        """Say whether a trait or a property is hidden by what it is called."""
        plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(name)).lower()
        if self.contacts and any(word in plain for word in _CONTACT_WORDS):
            return True
        return self.names and plain in _NAME_WORDS

    def _hides_kind(self, kind: object) -> bool:
        return self.contacts and kind in _CONTACT_KINDS

    def _walk(self, key: str, value: Any, known: list[str]) -> Any:
        if isinstance(value, dict):
            return self._dict(key, value, known)
        if isinstance(value, (list, tuple)):
            return [self._walk(key, one, known) for one in value]
        return self._text(value, known) if isinstance(value, str) else value

    def _dict(self, within: str, told: View, known: list[str]) -> View:
        made: View = {}
        for key, value in told.items():
            hidden = within == "traits" and self.hides_field(key)
            hidden |= within == "properties" and self._hides_property(key)
            hidden |= key == "value" and self._hides_kind(told.get("kind"))
            hidden |= key == "found" and self._hides_trait(told.get("trait"))
            hidden |= self._is_called(key, told)
            if hidden:
                made[key] = _masked(value)
            else:
                made[str(self._text(key, known))] = self._walk(key, value, known)
        return made

    def _hides_property(self, key: str) -> bool:
        # A property "name" or "title" is most often a product's.
        return key not in {"name", "title"} and self.hides_field(key)

    def _hides_trait(self, name: object) -> bool:
        # A trait may lie within another: address.city.
        return any(map(self.hides_field, str(name or "").split(".")))

    def _is_called(self, key: str, told: View) -> bool:
        if not self.names:
            return False
        return (
            key == "person"
            or (key == "name" and "matched" in told)
            or (key == "name" and "person_id" in told and "offset" not in told)
        )

    def _text(self, text: str, known: list[str]) -> str:
        for word in known:
            if word in text:
                text = text.replace(word, hidden(word))
        if self.contacts:
            text = _EMAIL.sub(lambda found: hidden(found[0]), text)
            text = _PHONE.sub(lambda found: hidden(found[0]), text)
        return text


def mask_of(seer: Seer) -> Mask:
    """Give what is hidden from somebody."""
    return Mask(
        contacts=not seer.may(Permission.CONTACTS_READ),
        names=not seer.may(Permission.NAMES_READ),
        sees=seer.sees,
    )


def hidden(text: str) -> str:
    """Leave of a text what tells two of them apart to who has one before them.

    >>> hidden("anna@example.com"), hidden("+48600700800"), hidden("Anna")
    ('a•••@e•••.com', '+48•••00', 'A•••')
    """
    name, at, host = text.rpartition("@")
    if at and name and host:
        ending = host.rpartition(".")[2] if "." in host else ""
        # What follows an address in a text may be another one, or a number.
        ending = ending if ending.isalnum() else ""
        return f"{name[0]}{_MASK}@{host[0]}{_MASK}" + (f".{ending}" if ending else "")
    if text.startswith("+") and len(text) > 7:
        return f"{text[:3]}{_MASK}{text[-2:]}"
    return f"{text[:1]}{_MASK}"


def _shape(original: str) -> str:
    """Give the shape of a text that came: its fields, and of each value a letter.

    >>> _shape('{"type": "track", "n": 5, "to": ["anna@example.com"]}')
    '{"type":"t•••","n":5,"to":["a•••"]}'
    >>> _shape("call anna@example.com")
    '•••'
    """
    try:
        told = msgspec.json.decode(original)
    except (msgspec.DecodeError, RecursionError):
        return _MASK
    return msgspec.json.encode(_shape_of(told)).decode()


def _shape_of(value: Any) -> Any:
    if isinstance(value, dict):
        # A field may be called by whatever somebody typed.
        return {
            key if key.isidentifier() else key[:1] + _MASK: _shape_of(one)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_shape_of(one) for one in value]
    if isinstance(value, str):
        return value[:1] + _MASK
    long = isinstance(value, int | float) and len(str(value)) > _DIGITS_MAX
    return _MASK if long else value


def _masked(value: Any) -> Any:
    """Mask a whole value: the texts of a trait with its provenance, or of anything."""
    if isinstance(value, dict) and "value" in value:
        made = {**value, "value": _all(value["value"])}
        if "others" in value:
            made["others"] = [_masked(one) for one in value["others"]]
        return made
    return _all(value)


def _all(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _all(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_all(one) for one in value]
    if value is None or isinstance(value, bool):
        return value
    return hidden(str(value))


def _parts(value: object) -> set[str]:
    """Give a text and its words, as far as they are long enough to tell somebody."""
    if not isinstance(value, str):
        return set()
    return {part for part in (value, *value.split()) if len(part) >= _WORD_MIN}


def _items(value: object) -> Iterable[tuple[str, Any]]:
    return value.items() if isinstance(value, dict) else ()
