"""A segment that somebody is building: what the page's form holds of it."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from habitue.console.port import View
from habitue.console.segments.draft import Draft, draft_of
from habitue.console.segments.form import Taken, put
from habitue.segment.condition import AllOf, Condition

ID_MAX = 60
ID = re.compile(r"[a-z][a-z0-9_-]{0,59}")
_NOT_OF_ID = re.compile(r"[^a-z0-9]+")
# Letters that lose nothing but a stroke, and Cyrillic as it is written in addresses.
_LATIN = str.maketrans(
    "łđøıабвгдеёзийклмнопрстуфыэіңқғөұүһә",
    "ldoiabvgdeeziyklmnoprstufyeinkgouuha",
    "ъь",
) | str.maketrans(
    {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu",
     "я": "ya", "ß": "ss"}
)  # fmt: skip


class Building(Struct, frozen=True, kw_only=True):
    """What is told of a segment beside its condition.

    segment: the one that is changed; empty: a new one. seen: the version that was
    there when the change began. tags: with commas between.
    """

    segment: str = ""
    seen: str = ""
    segment_id: str = ""
    name: str = ""
    description: str = ""
    tags: str = ""

    def body(self, taken: Taken) -> View:
        """Give the segment as it is to be defined."""
        tags = [one.strip() for one in self.tags.split(",") if one.strip()]
        return {
            "name": self.name,
            "description": self.description,
            "tags": tags,
            "condition": taken.told,
        }

    @property
    def called(self) -> str:
        """Give the id that the segment has, or is to have."""
        return self.segment or self.segment_id or id_of(self.name)


def id_of(name: str) -> str:
    """Make an id of a name; empty where it has nothing to make one of.

    >>> id_of("Oglądali buty, nie kupili"), id_of("Смотрели обувь"), id_of("90 days")
    ('ogladali-buty-nie-kupili', 'smotreli-obuv', 's-90-days')
    """
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LATIN))
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    found = _NOT_OF_ID.sub("-", plain).strip("-")
    if found and not found[0].isalpha():
        found = f"s-{found}"
    return found[:ID_MAX].rstrip("-")


def building_of(form: Mapping[str, str]) -> Building:
    """Read what a form tells of a segment."""
    names = Building.__struct_fields__
    told: dict[str, Any] = {name: form.get(name, "").strip() for name in names}
    return Building(**told)


def begun(view: View | None, *, changed: bool) -> tuple[Building, Draft]:
    """Give what a page begins with: a segment to change, one to start from, nothing."""
    if view is None:
        return Building(), {"type": "all", "of": []}
    building = Building(
        segment=view["id"] if changed else "",
        seen=str(view.get("version", "")) if changed else "",
        name=view["name"],
        description=view["description"],
        tags=", ".join(view["tags"]),
    )
    return building, put(msgspec.convert(view["condition"], Condition))


def drafted(form: Mapping[str, str]) -> Draft:
    """Read the draft of a form; a form without one is a group of nothing."""
    return draft_of(form) or {"type": "all", "of": []}


def is_empty(condition: Condition | None) -> bool:
    """Say whether nothing is asked for yet, which everybody satisfies."""
    return isinstance(condition, AllOf) and not condition.of


def json_of(taken: Taken) -> str:
    """Write what is told as JSON, to be read and changed."""
    told = taken.told if taken.condition is None else taken.condition
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()
