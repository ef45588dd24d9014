"""Backups: how old the newest one is."""

from pathlib import Path

from habitue.app.doctor.finding import Finding, good, look, skipped, wrong
from habitue.app.operation.backup_age import made_us
from habitue.base.clock import DAY_US, HOUR_US

OLD_US = 26 * HOUR_US
TOO_OLD_US = 8 * DAY_US


def backups(folder: Path | None, now_us: int) -> Finding:
    """Say how old the newest backup is of those that lie in a folder."""
    if folder is None:
        return skipped(
            "backups",
            "Not looked at: say where they lie with --backups FOLDER.",
        )
    made = list(made_us(folder))
    if not made:
        return wrong("backups", f"There is no backup in {folder}. Make one.")
    age_us = now_us - max(made)
    told = f"The newest of {len(made)} backups is {age_us // HOUR_US} hours old"
    if age_us > TOO_OLD_US:
        return wrong("backups", f"{told}. Make one now, and one each day.")
    if age_us > OLD_US:
        return look("backups", f"{told}. One each day loses a day at most.")
    return good("backups", f"{told}.")
