"""What the audit says was done to what: a sentence each, with the values of a case.

They are in English, as all that the core says by itself. Whoever shows an entry finds
its sentence by its words, and says it anew in another language (habitue.base.said).
"""

from enum import StrEnum
from typing import NewType

# What an entry tells of: a sentence below with its values, or the bare name of what is
# changed. Nothing else is written, or a reader of another language would not follow.
Object = NewType("Object", str)
NOTHING = Object("")


class Deed(StrEnum):
    """The sentences. What stands in logs is read by them, so none is ever changed."""

    PERSON = "person {person}"
    SOMEBODY = "somebody by an identifier"
    PARTED = "part person {person}"
    JOINED = "join person {person} and {other}"
    COMMAND_UNDONE = "undo command {command}"
    DUPLICATE = "duplicate {left} and {right}: {verdict}"
    SEARCHES = "more than {count} searches within an hour"
    SOURCE_ADDED = "add source {source}"
    SOURCE_MODE = "source {source}: mode {mode}"
    SOURCE_SILENCE = "source {source}: silent after {seconds} s"
    KEY_MADE = "source {source}: new key"
    KEY_REVOKED = "source {source}: revoke key {key}"
    PLAN_KEPT = "source {source}: plan of {count} events"
    PLAN_REMOVED = "source {source}: no plan"
    MAPPING = "source {source}: mapping"
    DELIVERIES = "source {source}: deliveries of {provider}"
    # Of before: a file's name may be somebody's, and an erasure takes none from here.
    FILE_UPLOADED = "upload {file}"
    FILE_IMPORTED = "import {file} under {source}"
    FILE_BROUGHT = "upload a file"
    FILE_TAKEN_IN = "import a file under {source}"
    LINES_READ = "lines not taken of import {run}"
    IMPORT_UNDONE = "undo import {run}"
    IMPORT_REDONE = "redo import {run}"
    ITEM = "item {number}"
    MEMBER_ADDED = "add {name} as {role}"
    MEMBER_ROLE = "{name} becomes {role}"
    MEMBER_SEES = "{name} sees stores: {stores}; regions: {regions}"
    MEMBER_OUT = "{name} is out"
    MEMBER_IN = "{name} is in again"
    MEMBER_RESET = "reset {name}"
    RULE = "rule {number}: {channel}"
    RULE_REMOVED = "remove rule {number}"
    COSTS = "costs: {count} rows"
    REGION_TEST = "test by region {name}"
    REGION_TEST_ENDED = "end test by region {name}"
    SCORE_RULES = "rules"
    SEGMENT_ENDED = "end {segment}"
    LISTENS = "{segment}: {name} listens"
    LISTENS_NO_MORE = "{segment}: {name} listens no more"
    TAKEN_OUT = "{count} people of {segment} as {form}"
    BAIT_MARKED = "person {person} is bait"
    BAIT_INVENTED = "a bait is invented"
    BAIT_REMOVED = "person {person} is bait no more"
    BAIT_READ = "bait {people} read by {way}"
    EXPORT_ASKED = "asks to take out {count} people of {segment} as {form}"
    EXPORT_APPROVED = "approved taking out {count} people of {segment} for {name}"
    EXPORT_REFUSED = "refused taking out {count} people of {segment} for {name}"
    SUPPRESSION_LIFTED = "lift the suppression of {erasure}"
    REQUEST_ANSWERED = "request {request} has been acted on"
    TEXT_EXPIRES = "{name}: text is kept for {days} days"
    TEXT_KEPT = "{name}: text is kept for ever again"
    EXPIRED = "what has expired is taken away now"
    SCRUBBED = "the database's tables are rewritten"
    DUPLICATES_SOUGHT = "look for duplicates"
    SOURCE_CHANGED = "source {source}: change what is set"
    SIGNING_MADE = "source {source}: new signing secret"
    CLIENT_ADDED = "source {source}: new client of its own tokens"
    CLIENT_REVOKED = "source {source}: revoke client {client}"
    MAPPING_KEPT = "source {source}: keep mapping {mapping}"
    MAPPING_DROPPED = "source {source}: drop mapping {mapping}"
    DELIVERIES_CHANGED = "source {source}: change its deliveries"
    DELIVERIES_READ = "source {source}: read its last deliveries"
    DELIVERIES_SIGNED = "source {source}: new secret of deliveries"
    FOLDER_WATCHED = "watch folder {name}"
    FOLDER_LEFT = "watch folder {name} no more"
    PRODUCTS_FED = "source {source}: goods of the catalogue"
    PRICES_FED = "source {source}: prices of the catalogue"
    STOCK_FED = "source {source}: stock of the catalogue"
    STORES_FED = "source {source}: stores of the catalogue"
    IMPORT_ENDED = "end import {run}"
    MEMBER_CHANGED = "change what {name} may see or do"
    KIND_DEFINED = "define the kind of identifiers {kind}"
    POLICY_CHANGED = "change what values are blocked, and how long identifiers hold"
    STAFF_ADDED = "add to the list of staff"
    STAFF_REMOVED = "take off the list of staff"
    SHOP_RECKONS = "the shop's time zone and currency: {zone} and {currency}"
    SHOP_ZONE = "the shop's time zone: {zone}"
    SHOP_CURRENCY = "the shop's currency: {currency}"
    RULES_SET = "all rules of channels: {count}"
    SCORE_CUTS = "compute where scores are cut"
    SEGMENT_DEFINED = "define segment {segment}"
    ALL_TAKEN_OUT = "take out everything: {what}"
    DOCUMENTS_TAKEN_OUT = "take out all orders, receipts and returns"


# Why couples of duplicates are judged where nobody has to say it.
OF_THE_QUEUE = "from the queue of duplicates"
DEEDS = {one.name: one.value for one in Deed}


def deed(sentence: Deed, **values: object) -> Object:
    """Give what an entry tells of.

    >>> deed(Deed.PERSON, person=33)
    'person 33'
    """
    return Object(sentence.value.format(**values))
