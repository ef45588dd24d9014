"""What the role may do that servers run as, where all lies in a database."""

from collections.abc import Iterator

from habitue.app.doctor.finding import Finding, good, look, skipped
from habitue.base.errors import HabitueError


def rights_of(url: str) -> Iterator[Finding]:
    """Say whether the role may more than it needs: who gets at it may as much."""
    try:
        from habitue.backends.postgres.rights import excess  # noqa: PLC0415
    except ImportError:
        # That the driver is missing is told by whatever opens the database.
        return
    try:
        told = excess(url)
    except HabitueError as error:
        yield skipped("database", f"Its role was not looked at: {error}")
        return
    if told:
        yield look(
            "database",
            f"The role of its address may more than it needs: {'; '.join(told)}. Have"
            " an owner make the schema for another role: habitue database prepare --for"
            " ROLE, and run servers as that one.",
        )
    else:
        yield good("database", "Its role reads and writes rows, and does nothing else.")
