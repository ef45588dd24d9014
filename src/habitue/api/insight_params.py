"""The parameters that questions about journeys, arms and regions share."""

from typing import Annotated, Any, Literal

from litestar.params import Parameter, QueryParameter

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.measure.wanted import AFTER_DAYS_MAX, PATHS_MAX

DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
BASE = "/api/v1/insights"
Since = Annotated[
    str,
    QueryParameter(name="from", pattern=DAY, description="The first day of the zone."),
]
Until = Annotated[
    str,
    QueryParameter(name="to", pattern=DAY, description="The last day of the zone."),
]
# Of a plan that is read from the shop's own history.
SinceOf = Annotated[
    str,
    QueryParameter(
        name="from",
        pattern=f"^({DAY[1:-1]})?$",
        description="The first day of what it is read from.",
    ),
]
UntilOf = Annotated[
    str,
    QueryParameter(
        name="to",
        pattern=f"^({DAY[1:-1]})?$",
        description="The last day of what it is read from.",
    ),
]
Baseline = Annotated[
    Literal["", "rate", "money"],
    Parameter(
        description="What is read from the shop's own history instead of being told:"
        " the rate, or how what people spend deviates."
    ),
]
Currency = Annotated[
    str,
    Parameter(
        pattern=r"^([A-Z]{3})?$",
        description="Without it, the one in which most was bought.",
    ),
]
Days = Annotated[
    int, Parameter(ge=1, le=90, description="Within so many days after it.")
]
Window = Annotated[
    int | None,
    Parameter(ge=1, le=365, description="Days before a purchase that count."),
]
By = Annotated[
    str,
    Parameter(
        max_length=60,
        description="What has to be the same: product, category, brand, visit.",
    ),
]
Place = Annotated[
    Literal["", "online", "store"],
    Parameter(description="Where it was bought; both without it."),
]
Order = Annotated[
    int, Parameter(ge=1, le=4, description="Channels that make a Markov state.")
]
HalfLife = Annotated[
    int, Parameter(ge=1, le=365, description="Days that halve a touchpoint's part.")
]
Name = Annotated[str, Parameter(min_length=1, max_length=128)]
Control = Annotated[
    str, Parameter(max_length=128, description="The control's variation.")
]
Experiment = Annotated[
    str, Parameter(max_length=128, description="Whose arms tell the cause, if any.")
]
Outcome = Annotated[
    str,
    Parameter(max_length=200, description="An event that is looked for, too."),
]
Loyal = Annotated[
    int, Parameter(ge=2, le=1000, description="Who bought so often is called loyal.")
]
Expected = Annotated[
    float,
    Parameter(gt=0, le=1_000_000_000, description="The difference one plans to see."),
]
Shares = Annotated[
    str,
    Parameter(
        max_length=2_000,
        description="How large the arms were planned, as control:0.1,led:0.9.",
    ),
]
Part = Annotated[float, Parameter(gt=0, lt=1)]
Table = Literal["journeys", "touchpoints", "intents", "ropo"]
Paths = Annotated[
    int,
    Parameter(ge=1, le=PATHS_MAX, description="So many paths, those most went."),
]
After = Annotated[
    int,
    Parameter(
        ge=1, le=AFTER_DAYS_MAX, description="Days the next purchase is waited for."
    ),
]
Start = Annotated[
    str, Parameter(pattern=DAY, description="The first day of the action.")
]
Regions = Annotated[
    list[str],
    QueryParameter(name="region", description="Where it was done, again for each."),
]
Tested = Annotated[
    list[str] | None,
    QueryParameter(
        name="region",
        description="Where something was done from start on: a test by region.",
    ),
]
Neighbours = Annotated[
    list[str] | None,
    QueryParameter(
        name="neighbour",
        description="What it may have reached, too, again for each: compared with"
        " nobody, and read by itself.",
    ),
]
# Without it no region was tested.
Started = Annotated[
    str,
    Parameter(
        pattern=f"^({DAY[1:-1]})?$", description="The first day of what was done there."
    ),
]
SUMS: Any = {"permission": Permission.INSIGHTS_READ, **keyed(400, 422)}
