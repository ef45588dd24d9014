"""What the door for webhooks needs of the rest: whose a delivery is, the secrets."""

from typing import Protocol

from msgspec import Struct

from habitue.collect.port import Credential
from habitue.collect.webhooks.provider import Provider


class Hook(Struct, frozen=True, kw_only=True):
    """A source that takes deliveries: from whom, and what they are held to."""

    credential: Credential
    provider: Provider
    # Those that hold now, the newest first: while one is changed there are two.
    secrets: tuple[str, ...] = ()
    # The word agreed on for a provider's handshake.
    word: str = ""
    # The address as the provider has it, where that is signed along.
    url: str = ""
    # Place -> what has to stand there, where a provider signs for everybody.
    expect: dict[str, str] = {}
    # Of amounts that come without one; "" where it is the shop's.
    currency: str = ""


class Hooks(Protocol):
    """Finds the hook of a source."""

    def hook(self, source: str) -> Hook | None: ...
