"""What a builder's page is made of: fields, buttons, and parts that hold both."""

from collections.abc import Mapping
from typing import ClassVar, TypeAlias

from msgspec import Struct

Options: TypeAlias = tuple[tuple[str, str], ...]


class Field(Struct, frozen=True, kw_only=True):
    """A field of the form.

    kind: text, area, select, number or date. known: the list of what this installation
    knows that it may be chosen from. shapes: what is chosen decides which fields there
    are, so the form is shown anew. new: it was just added, and has the focus.
    """

    is_button: ClassVar[bool] = False

    kind: str = "text"
    path: str
    label: str = ""
    value: str = ""
    options: Options = ()
    known: str = ""
    shapes: bool = False
    new: bool = False


class Button(Struct, frozen=True, kw_only=True):
    """A button: what it does to the draft, and where the page goes to then."""

    is_button: ClassVar[bool] = True

    do: str
    label: str
    to: str
    # What it is for, where several on a page say the same.
    about: str = ""


class Part(Struct, frozen=True, kw_only=True):
    """A part of the form: a group, a clause, a comparison, a step.

    sort: group, clause, or what else it is. remove: takes it out; about: what it is
    called to who hears the page.
    """

    sort: str
    path: str
    about: str
    rows: tuple[tuple["Control", ...], ...] = ()
    parts: tuple["Part", ...] = ()
    add: tuple["Control", ...] = ()
    remove: Button | None = None
    faults: tuple[str, ...] = ()
    # A clause without fields, as JSON.
    json: str = ""


Control: TypeAlias = Field | Button


def options(words: Mapping[str, str], held: str) -> Options:
    """Give options to choose from; what is held stands among them, known or not."""
    found = tuple(words.items())
    return found if held in words else ((held, held), *found)
