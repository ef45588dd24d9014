"""Who may look: a start link from the terminal becomes a browser's session.

Only digests are kept, in memory, so a restart signs everybody out.
"""

import hashlib
import hmac
from collections.abc import Callable

from msgspec import Struct

from habitue.base.clock import MINUTE_US, Clock

SESSIONS_MAX = 100
LINKS_MAX = 20


class Held(Struct, frozen=True):
    """The digest of a secret, and until when it is good."""

    digest: bytes
    until_us: int


class Sessions:
    """Gives start tokens, turns each once into a session, and knows them again."""

    def __init__(
        self,
        clock: Clock,
        new_secret: Callable[[], str],
        *,
        start_minutes: int = 15,
        session_minutes: int = 720,
    ) -> None:
        self._clock = clock
        self._new_secret = new_secret
        self._start_us = start_minutes * MINUTE_US
        self._session_us = session_minutes * MINUTE_US
        self._links: list[Held] = []
        self._sessions: list[Held] = []

    def start_token(self) -> str:
        """Make a token for one start link; it expires if it isn't used in time."""
        return self._keep(self._links, self._start_us, LINKS_MAX)

    def start(self, token: str) -> str | None:
        """Take a start token for a session's secret; None if it isn't good."""
        link = self._find(self._links, token)
        if link is None:
            return None
        self._links.remove(link)
        return self._keep(self._sessions, self._session_us, SESSIONS_MAX)

    def knows(self, secret: str) -> bool:
        """Say whether a session's secret is good."""
        return self._find(self._sessions, secret) is not None

    @property
    def start_minutes(self) -> int:
        return self._start_us // MINUTE_US

    @property
    def session_s(self) -> int:
        return self._session_us // 1_000_000

    def _keep(self, held: list[Held], for_us: int, limit: int) -> str:
        secret = self._new_secret()
        held.append(Held(_digest(secret), self._clock.now_us() + for_us))
        del held[:-limit]
        return secret

    def _find(self, held: list[Held], secret: str) -> Held | None:
        now_us, digest = self._clock.now_us(), _digest(secret)
        held[:] = [entry for entry in held if entry.until_us > now_us]
        # Every entry is compared, so the time tells nothing of which one matched.
        same = [entry for entry in held if hmac.compare_digest(entry.digest, digest)]
        return same[0] if same else None


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
