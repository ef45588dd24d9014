"""By which channels everybody came, for queries that know nothing of sessions."""

import re

from habitue.journey.asking import Asked, query
from habitue.measure.kpi.way import Went

# Of sessions that begin at one moment in one contact the last counts.
_WENT = (
    "SELECT person_id, contact, since_us, arg_max(until_us, log_offset) AS until_us,"
    " arg_max(channel, log_offset) AS channel"
    " FROM session GROUP BY person_id, contact, since_us"
)
_NAME = re.compile(r"\$(\w+)")


def went_by(rules: Asked) -> Went:
    """Give the sessions of everybody, of whatever days, by a shop's rules."""
    made = query(rules, _WENT)
    # Under names of their own, beside those that whoever asks binds.
    names = {name: f"went_{name}" for name in made.values}
    sql = _NAME.sub(lambda told: "$" + names.get(told[1], told[1]), made.sql)
    return Went(sql, {names[name]: one for name, one in made.values.items()})
