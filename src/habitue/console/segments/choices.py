"""The words that a builder's fields can be chosen from, by what a condition says."""

from habitue.console.language import later

GROUPS = {
    "all": later("all of this"),
    "any": later("any of this"),
    "none": later("none of this"),
}
SORTS = {
    "did": later("did something"),
    "did_not": later("did not do something"),
    "sequence": later("did one thing after another"),
    "trait": later("has a trait"),
    "computed": later("has a trait that is counted"),
    "consent": later("said yes or no to messages"),
    "identifier": later("is known by"),
    "in_segment": later("is in another segment"),
}
ADDED = {
    **SORTS,
    "all": later("a group: all of this"),
    "any": later("a group: any of this"),
    "none": later("a group: none of this"),
}
MEASURES = {
    "": later("once or more"),
    "count": later("so many times"),
    "sum": later("adding up to"),
    "distinct": later("so many different"),
    "first": later("as the first of all"),
    "last": later("as the last of all"),
}
LIKENESSES = {
    "same": later("is the same"),
    "other": later("is another"),
}
ORDERS = {
    ">=": later("at least"),
    ">": later("more than"),
    "=": later("exactly"),
    "<=": later("at most"),
    "<": later("fewer than"),
}
OPS = {
    "is": later("is"),
    "is_not": later("is not"),
    "one_of": later("is one of"),
    "none_of": later("is none of"),
    "contains": later("contains"),
    "starts_with": later("starts with"),
    "ends_with": later("ends with"),
    ">=": later("at least"),
    ">": later("more than"),
    "<=": later("at most"),
    "<": later("less than"),
    "exists": later("is known"),
    "missing": later("is not known"),
    "before": later("is before"),
    "after": later("is that day or later"),
}
# What of a trait can be compared with now, too.
MOVING_OPS = {
    **OPS,
    "within": later("is in the last"),
    "older": later("is so long ago or longer"),
    "ahead": later("is in the next"),
    "anniversary": later("comes round in so many days"),
}
AS = {
    "text": later("text"),
    "number": later("number"),
    "truth": later("true or false"),
}
MIXED = later("values in JSON, one a line")
UNITS = {
    "seconds": later("seconds"),
    "minutes": later("minutes"),
    "hours": later("hours"),
    "days": later("days"),
    "weeks": later("weeks"),
    "months": later("months"),
    "years": later("years"),
}
WINDOWS = {
    "": later("at any time"),
    "last": later("in the last"),
    "dates": later("from day to day"),
}
STATES = {
    "granted": later("said yes"),
    "withdrawn": later("took it back"),
    "pending": later("has to confirm it"),
    "unknown": later("said nothing"),
}
KNOWN = {"yes": later("known"), "no": later("not known")}
# What the words of what was done are called, in the list to choose from.
WORDS = {
    "$category": later("category"),
    "$brand": later("brand"),
    "$product": later("product"),
    "$product_name": later("name of the product"),
    "$price": later("price of a piece"),
    "$list_price": later("price by the catalogue, of now"),
    "$quantity": later("quantity"),
    "$amount": later("amount of the line"),
    "$total": later("total"),
    "$store": later("store"),
    "$region": later("region of the store"),
    "$channel": later("channel"),
    "$source": later("source"),
    "$day": later("day, as 2026-03-01"),
    "$type": later("type of the event"),
}
EVENT_WORDS = {
    "$purchase": later("a purchase, each once"),
    "$return": later("a return, each once"),
    "*": later("anything"),
}
