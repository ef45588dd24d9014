"""What is noted while a draft is taken for a condition: places, and what is wrong."""

from msgspec import Struct, field

from habitue.console.language import later

NO_NUMBER = later("Write a number.")
NO_WHOLE_NUMBER = later("Write a whole number.")
NO_EVENT = later("Name an event, or take this out.")
NO_JSON = later("This is no JSON.")
NO_SORT = later("Choose what is asked for, or take this out.")
TOO_FINE = later("Write no more digits behind the point than the currency has.")


class Taking(Struct):
    """Notes of one reading of a draft.

    places: by the JSON pointer of each node of the condition, its way in the form.
    faults: sentences by the way of the field they belong to.
    """

    places: dict[str, str] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)

    def wrong(self, path: str, reason: str) -> None:
        """Note what is wrong with a field."""
        held = self.faults.setdefault(path, [])
        if reason not in held:
            held.append(reason)

    def way(self, place: str) -> str:
        """Give the way in the form of a place in the condition."""
        node = place
        while node and node not in self.places:
            node = node.rpartition("/")[0]
        rest = place[len(node) :]
        return self.places.get(node, "c") + rest.replace("/", "-")
