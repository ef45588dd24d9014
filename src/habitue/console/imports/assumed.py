"""What was assumed of a file, in the reader's language."""

from collections.abc import Mapping

from habitue.collect.assumed import ASSUMED
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.said import anew
from habitue.console.traits import FIELDS

# Words among the values of these sentences, by what the value is called.
_VALUES: Mapping[str, Mapping[str, str]] = {
    "form": {
        "a spreadsheet": later("a spreadsheet"),
        "a document": later("a document"),
    },
    "kind": {"contacts": later("contacts")},
    "mark": {
        "comma": later("comma"),
        "semicolon": later("semicolon"),
        "tab": later("tab"),
        "bar": later("bar"),
    },
    "field": FIELDS,
}


def assumed_of(sentences: list[str], look: Look) -> list[str]:
    """Say what was assumed of a file anew, a sentence each."""
    return [anew(ASSUMED, one, look, _VALUES) for one in sentences]
