"""Why items were not taken, as a heading says it; said.py has the sentence."""

from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.text import words

# By the code that the core and the API have for it.
NAMED = {
    "event_too_big": later("Event too big"),
    "not_an_object": later("Not an event"),
    "not_utf8": later("Letters in another encoding"),
    "too_deep": later("Nested too deeply"),
    "number_out_of_range": later("A number that can't be kept"),
    "batch_not_a_list": later("No list of events"),
    "type_missing": later("No type"),
    "type_unknown": later("Unknown type"),
    "event_without_name": later("No name of the event"),
    "name_too_long": later("Name too long"),
    "message_id_unusable": later("Unusable message id"),
    "field_not_an_object": later("A field of the wrong form"),
    "too_many_fields": later("Too many fields"),
    "field_name_too_long": later("Name of a field too long"),
    "alias_without_user": later("A former id without an account"),
    "group_without_id": later("A group without an id"),
    "untranslatable": later("Nothing could be made of it"),
    "dialect_missing": later("Its dialect is not installed"),
    "server_only": later("For the shop's own systems alone"),
    "names_somebody": later("Names a person, and must not"),
    "not_yet": later("Of a time to come"),
    "consent_unproved": later("Consent without proof"),
    "plan_broken": later("Not as the plan says"),
    "property_missing": later("A property is missing"),
    "property_unusable": later("A property can't be read"),
    "batch_too_long": later("Batch too long"),
    "suppressed": later("Of somebody who was erased"),
    "too_many_unusable": later("More unusable events than are kept"),
}


def reason_named(code: object, look: Look) -> str:
    """Call a reason in the reader's words; code: with its fate, or without.

    "quarantined: plan_broken" and "plan_broken" are called the same: what became of
    the items stands beside it.
    """
    text = str(code)
    known = NAMED.get(text.rpartition(": ")[2])
    return look.say(known) if known else words(text)
