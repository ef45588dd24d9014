"""A console over fixed data: what its tests look at."""

from tests.console.fake.figures import FixedKpis, FixedToday
from tests.console.fake.filled import ports
from tests.console.fake.people import COMPUTED, LAST_US, UNITS, event, person
from tests.console.fake.reading import FixedNotes, FixedReading, FixedViews, saved_view
from tests.console.fake.segments import (
    BOUGHT,
    CLAUSE,
    KNOWN_NAMES,
    Exported,
    FixedSegments,
    segment,
)
from tests.console.fake.sources import (
    FixedChannels,
    FixedMapping,
    FixedPlans,
    FixedQuarantine,
    FixedSeen,
    FixedSources,
    source,
)
from tests.console.fake.team import (
    Everywhere,
    FixedBaits,
    FixedInstallation,
    FixedReveals,
    FixedTeam,
    MemoryDefinitions,
    MemorySecrets,
    Noted,
)

__all__ = [
    "BOUGHT",
    "CLAUSE",
    "COMPUTED",
    "KNOWN_NAMES",
    "LAST_US",
    "UNITS",
    "Everywhere",
    "Exported",
    "FixedBaits",
    "FixedChannels",
    "FixedInstallation",
    "FixedKpis",
    "FixedMapping",
    "FixedNotes",
    "FixedPlans",
    "FixedQuarantine",
    "FixedReading",
    "FixedReveals",
    "FixedSeen",
    "FixedSegments",
    "FixedSources",
    "FixedTeam",
    "FixedToday",
    "FixedViews",
    "MemoryDefinitions",
    "MemorySecrets",
    "Noted",
    "event",
    "person",
    "ports",
    "saved_view",
    "segment",
    "source",
]
