"""Roles, actions and findings in the words of a shop."""

from msgspec import Struct

from habitue.access.deeds import OF_THE_QUEUE
from habitue.console.language import later


class RoleWords(Struct, frozen=True):
    """What a role is called, and what it does."""

    name: str
    does: str


ROLES = {
    "administrator": RoleWords(
        later("Administrator"),
        later("may do everything, new team members included"),
    ),
    "marketer": RoleWords(
        later("Marketer"),
        later("reads people without names and addresses, figures, channels"),
    ),
    "analyst": RoleWords(
        later("Analyst"),
        later("reads people without names and addresses, and all figures"),
    ),
    "agent": RoleWords(
        later("Agent"),
        later("finds people, reveals how to reach one with a reason, joins and parts"),
    ),
    "store": RoleWords(
        later("Store staff"),
        later("finds people by name, card or number; addresses stay hidden"),
    ),
    "steward": RoleWords(
        later("Data keeper"),
        later("puts right what is wrong: joins, parts, mends what needs fixing"),
    ),
    "auditor": RoleWords(
        later("Auditor"),
        later("reads who did what, and how all is set; no people"),
    ),
    "director": RoleWords(
        later("Director"),
        later("reads figures, people without addresses, and who did what"),
    ),
}
ACTIONS = {
    "session:begin": later("signed in"),
    "people:reveal": later("saw what is hidden"),
    "people:search": later("looked for people too often"),
    "people:merge": later("judged who is who"),
    "sources:write": later("changed a source or key"),
    "imports:write": later("took a file in"),
    "imports:undo": later("took an import back, or in again"),
    "operators:write": later("changed the team"),
    "baits:write": later("changed who is bait"),
    "baits:alarm": later("read bait"),
    "kinds:write": later("changed kinds of identifiers"),
    "staff:write": later("changed the list of staff"),
    "settings:write": later("changed the shop's time zone or currency"),
    "catalog:write": later("changed goods, prices or stores"),
    "channels:write": later("changed channels or costs"),
    "quarantine:replay": later("tried an item again"),
    "scores:write": later("changed the rules of scores"),
    "segments:write": later("changed a segment"),
    "segments:export": later("took a segment out"),
    "privacy:export": later("gave somebody all that is kept of them"),
    "privacy:erase": later("forgot somebody, or changed how long text is kept"),
    "export": later("took data out"),
}
# What stands in the sentences of the audit, by the name of its place.
DEED_WORDS = {
    "role": {code: words.name for code, words in ROLES.items()},
    "verdict": {
        "same": later("one person"),
        "not_same": later("two people"),
        "later": later("not decided yet"),
    },
    "mode": {
        "joins": later("a browser may say who its visitor is"),
        "signed": later("a browser’s word only with a signed token"),
        "trusted": later("every browser’s word is believed"),
    },
    "what": {
        "events": later("events"),
        "people": later("people"),
        "purchases": later("purchases"),
    },
}
# Reasons that nobody wrote themselves.
REASONS = {OF_THE_QUEUE: later("from the queue of duplicates")}
FINDINGS = {
    "applied": later("Entries taken into account"),
    "lag": later("Entries waiting to be taken into account"),
    "faults": later("Entries that could not be taken into account"),
    "canary": later("Seconds since a trial event went all the way"),
    "disk": later("Megabytes free on the disk"),
    "backup": later("Hours since the newest backup"),
    "baits": later("Baits that were read within the last 7 days"),
    "started": later("State written down since the start"),
}
# What to do about one that is worth a look, or wrong; the others are never either.
WAYS_OUT = {
    "lag": later(
        "More comes in than is taken into account, so pages tell of a while ago. If it"
        " does not become less, the machine is too slow, or busy with other things."
    ),
    "faults": later(
        "They are in the log and count for nothing. The server's own log says why, by"
        " the number of the entry; tell who maintains the program."
    ),
    "canary": later(
        "A trial event did not come through in time: look whether the disk is full, and"
        " at the server's own log."
    ),
    "disk": later(
        "Make room on the disk: where it is full nothing is written, and sources are"
        " told to send again later."
    ),
    "backup": later(
        "Make a backup now, and one each day: what came in since the newest one would"
        " be lost with the disk."
    ),
    "baits": later(
        "Somebody read who is nobody's customer. “Who did what” says who, and by what;"
        " take them out of the team if they had no reason."
    ),
}
# Where a setting comes from; a file or a variable is told by its name.
ORIGINS = {
    "default": later("default"),
    "default, for a new log": later("default, for a new log"),
    "flag": later("option of the command"),
    "unsaid": later("not said"),
}
