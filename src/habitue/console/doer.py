"""Who does what the console asks the rest for."""

from typing import Protocol


class Doer(Protocol):
    """Somebody who does something."""

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...
