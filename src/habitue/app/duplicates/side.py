"""One of two who are likely one: what is compared, and what they are known by."""

from typing import TYPE_CHECKING, Any

from habitue.app.duplicates.people import told_by
from habitue.model.person import Person

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

View = dict[str, Any]
# The fields by the names of traits: by these it is known what of them to mask.
_TRAITS = {
    "birth": "birthday",
    "email": "email",
    "phone": "phone",
    "street": "street",
    "postcode": "postal_code",
    "city": "city",
    "number": "national_id",
}
# Of somebody known by thousands of identifiers so many are shown.
SHOWN_MAX = 12


def side(home: "Home", person: Person) -> View:
    """Give one of the two as the API shows them."""
    told = told_by(home, person)
    traits = {name: told[field] for field, name in _TRAITS.items() if field in told}
    parts = [told[part] for part in ("first", "last") if part in told]
    name = " ".join(parts) or told.get("whole")
    if name:
        traits["name"] = name
    known = list(dict.fromkeys(node.identifier for node in person.nodes))
    return {
        "person_id": person.person_id,
        "name": name,
        "traits": traits,
        "identifiers": [
            {"kind": one.kind, "value": one.value} for one in known[:SHOWN_MAX]
        ],
        "identifiers_more": max(0, len(known) - SHOWN_MAX),
    }
