"""Settings of what team members may take out or see of people, by role."""

from typing import Annotated

from msgspec import Struct

from habitue.base.receiver import place_of
from habitue.base.setting import Form, Setting

SYSLOG = Form(
    "empty, or like syslog+tcp://logs.shop.example:601",
    lambda text: not text or place_of(text) is not None,
)


class Exports(Struct, frozen=True):
    """How many people of segments a team member may take out, by role."""

    administrator_people_per_day: Annotated[
        int,
        Setting(
            "People that an administrator may take out in exports of segments in 24"
            " hours.",
            high=1_000_000_000,
        ),
    ] = 1_000_000
    marketer_people_per_day: Annotated[
        int,
        Setting(
            "People that a marketer may take out in exports of segments in 24 hours.",
            high=1_000_000_000,
        ),
    ] = 100_000
    approval_people: Annotated[
        int,
        Setting(
            "An export of a segment of more people than this needs the yes of a second"
            " person; 0: none does.",
            high=1_000_000_000,
        ),
    ] = 10_000


class Secrets(Struct, frozen=True):
    """How secrets are kept: those of webhooks, of signed tokens, of who signs in."""

    sealing_key: Annotated[
        str,
        Setting(
            "The key that secrets are sealed with, of 32 characters at least, kept"
            " elsewhere than the data; empty: they lie in files of their owner alone.",
            secret=True,
        ),
    ] = ""


class Audit(Struct, frozen=True):
    """Where what team members did is written down besides."""

    copy_url: Annotated[
        str,
        Setting(
            "Where each entry of the audit is sent to as well, as syslog over TCP,"
            " such as syslog+tcp://logs.shop.example:601; empty: nowhere.",
            form=SYSLOG,
        ),
    ] = ""


class Searches(Struct, frozen=True):
    """How often a team member may look for people."""

    per_hour: Annotated[
        int,
        Setting(
            "Times that a team member may look for people, by name, identifier or view,"
            " within an hour; 0: as often as they like.",
            high=1_000_000,
        ),
    ] = 1_000


class Reveals(Struct, frozen=True):
    """Of how many people a team member may see what is hidden, by role."""

    administrator_people_per_day: Annotated[
        int,
        Setting(
            "Times that an administrator may have what is hidden shown in 24 hours.",
            high=1_000_000_000,
        ),
    ] = 1_000
    agent_people_per_day: Annotated[
        int,
        Setting(
            "Times that an agent may have what is hidden shown in 24 hours.",
            high=1_000_000_000,
        ),
    ] = 200
