"""An import as the pages show it."""

from typing import Any

from habitue.console.imports.words import FATES, STATUSES, TONES
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.refused import refused

UNDER_WAY = frozenset({"running", "undoing", "redoing"})
CAN_UNDO = frozenset({"done", "broken"})


def shown_run(run: View, look: Look) -> dict[str, Any]:
    """Give an import in the reader's words."""
    status, lines = run["status"], run["lines"]
    taken = lines.get("stored", 0) + lines.get("duplicate", 0)
    undone = run["undone"]
    return {
        **run,
        "begun": look.moment(run["begun_at"]),
        "words": look.say(STATUSES[status]),
        "reasons": {refused(why, look): count for why, count in run["reasons"].items()},
        "tone": TONES.get(status, "plain"),
        "under_way": status in UNDER_WAY,
        "can_undo": status in CAN_UNDO,
        "taken": taken,
        "bad": run["lines_total"] - taken,
        "fates": [
            (word, look.say(text), lines[word])
            for word, text in FATES.items()
            if lines.get(word)
        ],
        "undone_at": look.moment(undone["at"]) if undone else "",
    }
