"""What the API needs of whoever looks for people who are likely one."""

from typing import Protocol

from habitue.api.port import View


class Duplicates(Protocol):
    """Suggestions, and what is said to them."""

    async def find(self, wait_s: float) -> View: ...

    async def state(self, wait_s: float = 0.0) -> View: ...

    async def page(self, limit: int) -> View: ...

    async def judge(
        self, couple: tuple[int, int], verdict: str, operator: str, reason: str
    ) -> View: ...
