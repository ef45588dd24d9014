"""Team members: who they are stands in the log, what they know stands with secrets.

A definition says who may do what; the digest of a password, the secret of one-time
codes and an open invitation lie in the secret store: the log is exported, copied and
never forgets, and a digest can be tried out by who has it.
"""

import asyncio
import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct, structs

from habitue.access import password as passwords
from habitue.access import totp
from habitue.access.permission import OPERATOR_ROLES, Role, needs_code
from habitue.access.port import Definitions, SecretStore
from habitue.access.scope import check_scope
from habitue.access.sources import RESERVED
from habitue.base.clock import HOUR_US, Clock
from habitue.base.errors import ConflictError, InvalidError, NotFoundError
from habitue.base.ids import RandomBytes, new_secret, random_bytes
from habitue.model.operator import Operator

OPERATOR = "operator"
# Who works at the machine itself: commands, and the link that the server prints.
HOUSE = "operator"
INVITED_HOURS = 48
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
# Hashing takes 19 MiB and a core for a moment: so many at once.
_HASHING_MAX = 2


class Known(Struct, frozen=True, kw_only=True):
    """What one team member knows or holds, and an invitation that is open."""

    password: str = ""
    # The secret of one-time codes, spelled; empty until it was confirmed by a code.
    code: str = ""
    invitation: str = ""
    invited_until_us: int = 0


class Operators:
    """All team members, in memory; every change goes through the log first."""

    def __init__(
        self,
        definitions: Definitions,
        secrets: SecretStore,
        clock: Clock,
        *,
        new_key: Callable[[], str] = new_secret,
        chance: RandomBytes = random_bytes,
    ) -> None:
        self._definitions = definitions
        self._secrets = secrets
        self._clock = clock
        self._new_key = new_key
        self._chance = chance
        self._turn = asyncio.Lock()
        self._hashing = asyncio.Semaphore(_HASHING_MAX)
        # The step of the last code that each has used; a code is good once.
        self._used: dict[str, int] = {}
        self._operators: dict[str, Operator] = {}
        self.reload()

    def reload(self) -> None:
        """Read what is defined; what stands in memory is replaced."""
        read = msgspec.json.Decoder(Operator).decode
        held = (read(one.body) for one in self._definitions.definitions(OPERATOR))
        self._operators = {one.name: one for one in held}

    def all(self) -> list[Operator]:
        """List everybody by name, those who are out included."""
        return sorted(self._operators.values(), key=lambda one: one.name)

    def get(self, name: str) -> Operator | None:
        return self._operators.get(name)

    def has_keeper(self) -> bool:
        """Say whether there is an administrator who can sign in."""
        return any(
            one.role == Role.ADMINISTRATOR
            and not one.disabled
            and self._known(one.name).password
            for one in self._operators.values()
        )

    # -- who there is -----------------------------------------------------------

    async def add(self, name: str, role: str) -> tuple[Operator, str]:
        """Add somebody; give the invitation with which they choose a password."""
        if not NAME.fullmatch(name):
            raise InvalidError(
                f"'{name}' can't name a team member; use letters, digits, _ . @ -, up"
                " to 64 of them, with a letter or digit first."
            )
        if name.casefold() in RESERVED:
            raise InvalidError(f"'{name}' names the house itself; use their own name.")
        _check_role(role)
        async with self._turn:
            if any(name.casefold() == one.casefold() for one in self._operators):
                raise ConflictError(
                    f"There is a team member '{name}' already; reset them for a new"
                    " invitation, or choose another name."
                )
            operator = Operator(name=name, role=role, made_us=self._clock.now_us())
            await self._define(operator)
            return operator, await self._invite(name)

    async def change(self, name: str, **changes: Any) -> Operator:
        """Change role, scope, or whether somebody is out; their sessions end."""
        if "role" in changes:
            _check_role(changes["role"])
        async with self._turn:
            held = self.named(name)
            operator = structs.replace(held, **changes, version=held.version + 1)
            scope = check_scope(operator.role, operator.scope)
            operator = structs.replace(operator, scope=scope)
            self._keep_a_keeper(operator)
            await self._define(operator)
        return operator

    async def reset(self, name: str) -> str:
        """Forget what somebody knows, end their sessions, and invite them anew."""
        async with self._turn:
            held = self.named(name)
            await self._define(structs.replace(held, version=held.version + 1))
            return await self._invite(name)

    def named(self, name: str) -> Operator:
        """Give a team member, or say that there is none of the name."""
        held = self._operators.get(name)
        if held is None:
            raise NotFoundError(f"There is no team member '{name}'.")
        return held

    def _keep_a_keeper(self, operator: Operator) -> None:
        # Who works at the machine always gets in; a browser must not lock out all.
        held = self._operators[operator.name]
        leaves = operator.disabled or operator.role != Role.ADMINISTRATOR
        others = [
            one
            for one in self._operators.values()
            if one.name != operator.name
            and one.role == Role.ADMINISTRATOR
            and not one.disabled
        ]
        if held.role == Role.ADMINISTRATOR and leaves and not others:
            raise ConflictError(
                f"'{operator.name}' is the last administrator; add another one first."
            )

    async def _define(self, operator: Operator) -> None:
        body = msgspec.json.encode(operator)
        await self._definitions.define(OPERATOR, operator.name, body)
        self._operators[operator.name] = operator

    # -- what they know ---------------------------------------------------------

    async def _invite(self, name: str) -> str:
        secret = self._new_key()
        until_us = self._clock.now_us() + INVITED_HOURS * HOUR_US
        known = Known(invitation=_digest(secret), invited_until_us=until_us)
        await self._keep(name, known)
        return secret

    def invited(self, secret: str) -> Operator | None:
        """Say whom an invitation is for; None if it is used, too old or nobody's."""
        now_us, digest, found = self._clock.now_us(), _digest(secret), None
        for one in self._operators.values():
            known = self._known(one.name)
            fits = hmac.compare_digest(known.invitation, digest)
            if fits and known.invited_until_us > now_us and not one.disabled:
                found = one
        return found

    async def choose(self, name: str, password: str) -> Operator:
        """Keep a password that somebody has chosen; an invitation is used up by it."""
        operator = self.named(name)
        passwords.check(password, name)
        async with self._hashing:
            held = await asyncio.to_thread(passwords.hash_of, password)
        known = structs.replace(
            self._known(name), password=held, invitation="", invited_until_us=0
        )
        await self._keep(name, known)
        return operator

    async def recognise(self, name: str, password: str) -> Operator | None:
        """Give whose name and password these are; as slow for who is not there."""
        operator = self._operators.get(name)
        known = Known() if operator is None else self._known(name)
        async with self._hashing:
            right = await asyncio.to_thread(
                passwords.is_right, password, known.password
            )
        return operator if right and operator and not operator.disabled else None

    def has_code(self, name: str) -> bool:
        """Say whether somebody signs in with one-time codes."""
        return bool(self._known(name).code)

    def wants_code(self, operator: Operator) -> bool:
        """Say whether somebody has to set up one-time codes before going on."""
        return needs_code(operator.role) and not self.has_code(operator.name)

    def new_code_secret(self) -> bytes:
        """Make a secret for one-time codes; it is kept once a code confirms it."""
        return self._chance(totp.SECRET_BYTES)

    async def confirm_code(self, name: str, secret: bytes, told: str) -> bool:
        """Keep a secret of one-time codes if the code told is of it."""
        if not self._is_code(name, secret, told):
            return False
        known = structs.replace(self._known(name), code=totp.spelled(secret))
        await self._keep(name, known)
        return True

    def is_code(self, name: str, told: str) -> bool:
        """Say whether a one-time code is somebody's, now and for the first time."""
        held = self._known(name).code
        return bool(held) and self._is_code(name, totp.read_secret(held), told)

    def _is_code(self, name: str, secret: bytes, told: str) -> bool:
        now_us = self._clock.now_us()
        step = totp.matching_step(secret, told, now_us, self._used.get(name, 0))
        if step is None:
            return False
        self._used[name] = step
        return True

    def _known(self, name: str) -> Known:
        told = self._secrets.get(_place(name))
        return Known() if told is None else msgspec.json.decode(told, type=Known)

    async def _keep(self, name: str, known: Known) -> None:
        body = msgspec.json.encode(known)
        await asyncio.to_thread(self._secrets.put, _place(name), body)


def _check_role(role: str) -> None:
    if role not in OPERATOR_ROLES:
        raise InvalidError(
            f"'{role}' is no role of people; there are {', '.join(OPERATOR_ROLES)}."
        )


def _place(name: str) -> str:
    """Name the secret of somebody, whatever letters their name has."""
    return f"operator-{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
