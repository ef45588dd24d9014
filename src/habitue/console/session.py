"""Sessions of browsers: who looks, since when, and until when.

Only digests are kept, in memory, so a restart signs everybody out. A session ends
when nobody uses it for a while, at the latest after some hours, and at once where its
team member is out, has another role, or is to choose a password anew.
"""

import hashlib
import hmac
from collections.abc import Callable

from msgspec import Struct

from habitue.base.clock import MINUTE_US, Clock

SESSIONS_MAX = 200
LINKS_MAX = 20
STEPS_MAX = 200
STEP_US = 10 * MINUTE_US


class Guest(Struct, frozen=True):
    """Who somebody is: a team member's name, role and version."""

    name: str
    role: str
    version: int = 0


class Session(Struct):
    """A browser that is signed in."""

    digest: bytes
    guest: Guest
    # What each form of this session carries, so that no other site can send one.
    form_key: str
    until_us: int
    used_us: int


class Step(Struct, frozen=True):
    """Somebody half way in: the password was right, a code is still wanted."""

    digest: bytes
    guest: Guest
    until_us: int
    # Of codes that are being set up: their secret, not kept anywhere yet.
    code_secret: bytes = b""


class _Link(Struct, frozen=True):
    digest: bytes
    guest: Guest
    until_us: int


class Sessions:
    """Gives start tokens, makes sessions, and knows them again."""

    def __init__(  # noqa: PLR0913 - limits of time, each with its name
        self,
        clock: Clock,
        new_secret: Callable[[], str],
        *,
        start_minutes: int = 15,
        session_minutes: int = 720,
        idle_minutes: int = 30,
        is_current: Callable[[Guest], bool] = lambda _: True,
    ) -> None:
        """is_current: says whether somebody is still who they were at sign-in."""
        self._clock = clock
        self._new_secret = new_secret
        self._start_us = start_minutes * MINUTE_US
        self._session_us = session_minutes * MINUTE_US
        self._idle_us = idle_minutes * MINUTE_US
        self._is_current = is_current
        self._links: list[_Link] = []
        self._steps: list[Step] = []
        self._sessions: dict[bytes, Session] = {}

    def start_token(self, name: str, role: str, version: int = 0) -> str:
        """Make a token for one start link; it expires if it isn't used in time."""
        secret = self._new_secret()
        until_us = self._clock.now_us() + self._start_us
        guest = Guest(name, str(role), version)
        self._links.append(_Link(_digest(secret), guest, until_us))
        del self._links[:-LINKS_MAX]
        return secret

    def start(self, token: str) -> str | None:
        """Take a start token for a session's secret; None if it isn't good."""
        now_us, digest = self._clock.now_us(), _digest(token)
        self._links = [one for one in self._links if one.until_us > now_us]
        # Every entry is compared, so the time tells nothing of which one matched.
        same = [o for o in self._links if hmac.compare_digest(o.digest, digest)]
        if not same or not self._is_current(same[0].guest):
            return None
        self._links.remove(same[0])
        return self.begin(same[0].guest)

    def begin(self, guest: Guest) -> str:
        """Begin a session; give its secret."""
        secret, now_us = self._new_secret(), self._clock.now_us()
        digest = _digest(secret)
        self._sessions[digest] = Session(
            digest, guest, self._new_secret(), now_us + self._session_us, now_us
        )
        while len(self._sessions) > SESSIONS_MAX:
            self._sessions.pop(next(iter(self._sessions)))
        return secret

    def find(self, secret: str, *, use: bool = True) -> Session | None:
        """Give the session of a secret; use says that somebody does something."""
        session = self._sessions.get(_digest(secret))
        if session is None:
            return None
        now_us = self._clock.now_us()
        idle = now_us - session.used_us >= self._idle_us
        if idle or session.until_us <= now_us or not self._is_current(session.guest):
            self._sessions.pop(session.digest, None)
            return None
        if use:
            session.used_us = now_us
        return session

    def knows(self, secret: str) -> bool:
        """Say whether a session's secret is good; that is no use of it."""
        return self.find(secret, use=False) is not None

    def end(self, secret: str) -> None:
        """End a session."""
        self._sessions.pop(_digest(secret), None)

    def wait(self, guest: Guest, code_secret: bytes = b"") -> str:
        """Keep somebody who is half way in for some minutes; give the step's secret."""
        secret = self._new_secret()
        until_us = self._clock.now_us() + STEP_US
        self._steps.append(Step(_digest(secret), guest, until_us, code_secret))
        del self._steps[:-STEPS_MAX]
        return secret

    def step(self, secret: str) -> Step | None:
        """Give who is half way in; None if it took too long."""
        now_us, digest = self._clock.now_us(), _digest(secret)
        self._steps = [one for one in self._steps if one.until_us > now_us]
        same = [o for o in self._steps if hmac.compare_digest(o.digest, digest)]
        return same[0] if same and self._is_current(same[0].guest) else None

    def leave(self, step: Step) -> None:
        """Forget somebody who was half way in."""
        self._steps = [one for one in self._steps if one is not step]

    @property
    def start_minutes(self) -> int:
        return self._start_us // MINUTE_US

    @property
    def session_s(self) -> int:
        return self._session_us // 1_000_000


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def is_key_of(told: str, session_key: str) -> bool:
    """Say whether a form told its session's key, in a time that tells nothing of it."""
    return hmac.compare_digest(told.encode("utf-8", "replace"), session_key.encode())
