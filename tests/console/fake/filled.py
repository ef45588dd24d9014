"""The console's ports, filled with fixed things."""

from pathlib import Path
from typing import Any

from habitue.access.often import FileOften
from habitue.access.operators import Operators
from habitue.access.scope import Sight
from habitue.access.searches import Searches
from habitue.base.clock import Clock
from habitue.console.port import Ports
from habitue.console.worked import Worked
from tests.console.fake.figures import FixedKpis, FixedToday
from tests.console.fake.reading import FixedNotes, FixedViews
from tests.console.fake.segments import FixedSegments, segment
from tests.console.fake.sources import (
    FixedChannels,
    FixedMapping,
    FixedPlans,
    FixedQuarantine,
    FixedSeen,
    FixedSources,
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

View = dict[str, Any]


def ports(reading: Any, clock: Clock, **told: Any) -> Ports:
    """Fill the console's ports with fixed things; what is told stands in for them."""
    noted = Noted()
    team = Operators(MemoryDefinitions(), MemorySecrets(), clock)
    base = {
        "reading": reading,
        "judging": None,
        "notes": FixedNotes(),
        "sources": FixedSources(reading.overview().get("sources", [])),
        "quarantine": FixedQuarantine([]),
        "segments": FixedSegments([segment("vip")]),
        "views": FixedViews(reading),
        "channels": FixedChannels(),
        "mapping": FixedMapping(),
        "plans": FixedPlans(),
        "seen": FixedSeen(),
        "insights": None,
        "duplicates": None,
        "imports": None,
        "wizard": None,
        "kpis": FixedKpis(),
        "today": FixedToday(),
        "digests": None,
        "geo": None,
        "geo_kept": None,
        "scores": None,
        "privacy": None,
        "requests": None,
        "retention": None,
        "scrubbing": None,
        "operators": FixedTeam(),
        "team": team,
        "sight": Sight(team, Everywhere()),
        "audit": noted,
        "searches": Searches(clock, noted, FileOften(Path(), clock), 0),
        "reveals": FixedReveals(noted),
        "audit_log": noted,
        "baits": FixedBaits(),
        "installation": FixedInstallation(),
        "worked": Worked(reading.applied, lambda: 0, clock),
    }
    return Ports(**(base | told))
