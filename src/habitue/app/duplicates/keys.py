"""Who is compared with whom: those that share a key, if not too many share it.

Comparing all with all would take the square of their number. Who shares none of the
keys is never compared, whatever the model: so there are many, each of little.
"""

from collections.abc import Sequence

from habitue.app.duplicates.fields import Fields

# A key that more share tells nothing.
SHARED_MAX = 200
# By each key so many pairs are compared for each person, of the keys shared least.
PAIRS_EACH = 10
KEYS = 16
_YEAR, _BEGIN = slice(0, 4), slice(0, 3)


def keys_of(fields: Fields) -> list[str | None]:
    """Give the keys of somebody, always the same ones in order; None: not known."""
    get = fields.get
    first, last = get("first", ""), get("last", "")
    email, birth = get("email", ""), get("birth", "")
    street, postcode, city = get("street", ""), get("postcode", ""), get("city", "")
    year, of_year = birth[_YEAR], birth[4:]
    told: Sequence[tuple[str, ...]] = (
        (email,),
        (email.partition("@")[0],),
        (get("phone", ""),),
        (get("number", ""),),
        # In either order: who fills in a form takes one name for the other.
        tuple(sorted((first, last))),
        (birth,),
        (last, year),
        (first, year),
        (last[:4], postcode),
        (first[:4], postcode),
        (street, postcode or city),
        (last, city),
        (first, city),
        (first[_BEGIN], last[_BEGIN]),
        (last[_BEGIN], of_year),
        (first[_BEGIN], of_year),
    )
    return ["|".join(key) if all(key) else None for key in told]
