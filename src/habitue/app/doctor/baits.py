"""Bait: whether somebody was found reading who is nobody's customer."""

from typing import Any

from habitue.app.doctor.finding import Finding, good, wrong

View = dict[str, Any]


def baits(told: View) -> Finding:
    """Say who read bait lately; told: as GET /api/v1/baits."""
    read = [one for one in told["baits"] if one["alarm"]]
    if not read:
        return good(
            "bait", f"Nobody read bait lately; marked so are {len(told['baits'])}."
        )
    last = max(read, key=lambda one: str(one["read_at"]))
    return wrong(
        "bait",
        f"Bait was read: {len(read)} within the last 7 days, last by {last['reader']}"
        f" at {last['read_at']}. Find out why with 'habitue bait list' and 'habitue"
        " audit list'; take who did out if they had no reason.",
    )
