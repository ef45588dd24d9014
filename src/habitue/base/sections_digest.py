"""The settings of the digest."""

from typing import Annotated

from msgspec import Struct

from habitue.base.setting import DIGEST_DAY, LANGUAGE, Setting


class Digest(Struct, frozen=True):
    """The week in figures, written as files by itself."""

    weekday: Annotated[
        str,
        Setting(
            "The day of the week on which the digest of the seven days before it is"
            " written; never: only when somebody asks for one.",
            form=DIGEST_DAY,
        ),
    ] = "never"
    hour: Annotated[
        int, Setting("The hour of the shop's zone at which it is written.", high=23)
    ] = 7
    language: Annotated[
        str, Setting("The language it is written in.", form=LANGUAGE)
    ] = "en"
