"""A search for people that is kept under a name."""

from msgspec import Struct

# Under this kind a view stands in the log, named by its id; null once it is removed.
VIEW = "view"


class SavedView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A search or filter on People under a name: one team member's, or the team's.

    text is what is searched for; segment, if there is one, who is looked through.
    """

    name: str
    owner: str
    shared: bool = False
    text: str = ""
    segment: str = ""
