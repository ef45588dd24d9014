"""Refusals of the core that are seen on pages, as it writes them.

Each is found by its form, whatever its values are, and said in the reader's language
(habitue.console.refused). A test holds each to a sentence of the core, and each of the
core's that a page can show to one of these.
"""

from habitue.console.refusals.figures import FIGURES
from habitue.console.refusals.files import FILES
from habitue.console.refusals.people import PEOPLE
from habitue.console.refusals.privacy import PRIVACY
from habitue.console.refusals.segments import SEGMENTS
from habitue.console.refusals.sources import SOURCES
from habitue.console.refusals.team import TEAM

# What a sentence is told in: another stands in it.
FRAMES = (
    "The condition can't be used. As a whole: {reason}",
    "The condition can't be used. At {place}: {reason}",
    "{reason} There are {count} such places.",
)
REFUSALS = (
    *(*SEGMENTS, *TEAM, *FILES, *PEOPLE),
    *(*SOURCES, *FIGURES, *PRIVACY, *FRAMES),
)
