"""Team members as the API and the console ask for them."""

from typing import Any

import msgspec

from habitue.access.operators import INVITED_HOURS, Operators
from habitue.access.permission import Role, needs_code
from habitue.access.sources import Sources
from habitue.base.clock import to_iso
from habitue.model.operator import Operator, Scope

View = dict[str, Any]

# Under this name the keys of team members stand among those of sources.
KEYS = "operator"


class OperatorDesk:
    """Adds, changes and lists team members; whoever is out has no key left.

    Neither a token nor that of an import which they began.
    """

    def __init__(self, operators: Operators, sources: Sources, base: str = "") -> None:
        """base: where the console is; empty: where somebody is invited."""
        self._operators = operators
        self._sources = sources
        self._base = base

    def list(self) -> list[View]:
        """List everybody, with what they may do and whether they have signed up."""
        return [self._view(one) for one in self._operators.all()]

    async def add(self, name: str, role: str) -> View:
        """Add somebody; the token and the invitation are shown this once."""
        operator, invitation = await self._operators.add(name, role)
        token = await self._sources.add_operator(name, Role(role))
        found = self._sources.key(token)
        return {
            **self._view(operator),
            "operator": name,
            "token": token,
            "key_id": None if found is None else found.key_id,
            **self._invited(invitation),
        }

    async def change(self, name: str, wanted: View) -> View:
        """Change role, scope or whether somebody is out.

        Keys end with any but another scope, which is asked anew at each call.
        """
        self._operators.named(name)
        if "scope" in wanted:
            wanted = {**wanted, "scope": msgspec.convert(wanted["scope"], Scope)}
        operator = await self._operators.change(name, **wanted)
        if wanted.keys() - {"scope"}:
            await self._revoke(name)
        return self._view(operator)

    async def reset(self, name: str) -> View:
        """Have somebody choose a password anew; what they held ends at once."""
        invitation = await self._operators.reset(name)
        await self._revoke(name)
        return {**self._view(self._operators.named(name)), **self._invited(invitation)}

    async def _revoke(self, name: str) -> None:
        for key in self._sources.held_by(name):
            await self._sources.revoke(key.key_id)

    def _invited(self, secret: str) -> View:
        link = f"{self._base}/console/join?token={secret}"
        return {"invitation": link, "hours": INVITED_HOURS}

    def _view(self, one: Operator) -> View:
        keys = [key for key in self._sources.keys(KEYS) if key.operator == one.name]
        return {
            "name": one.name,
            "role": one.role,
            "disabled": one.disabled,
            "scope": {
                "stores": list(one.scope.stores),
                "regions": list(one.scope.regions),
            },
            "made_at": to_iso(one.made_us),
            "needs_code": needs_code(one.role),
            "has_code": self._operators.has_code(one.name),
            "tokens": sum(1 for key in keys if key.holds),
        }
