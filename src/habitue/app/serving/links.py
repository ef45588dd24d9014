"""Start links: who may come onto the page without signing in."""

from habitue.access.operators import HOUSE, Operators
from habitue.access.permission import needs_code
from habitue.app.serving.hosts import Hosts
from habitue.console.session import Sessions


class Links:
    """Gives start links to who works at the machine, and to roles without a code.

    A token lies in scripts and files: it is no second factor. So whoever signs in
    with a code of their telephone does so each time, and no token does it for them.
    """

    def __init__(self, sessions: Sessions, operators: Operators, hosts: Hosts) -> None:
        self._sessions = sessions
        self._operators = operators
        # Gives where the console is, by where a link was asked for.
        self.base = hosts.base

    @property
    def start_minutes(self) -> int:
        return self._sessions.start_minutes

    def start_token(self, name: str, role: str) -> str | None:
        """Make a token that opens the console once; None for who signs in by code.

        Another role, a reset or being shut out ends it, and what began by it.
        """
        if name == HOUSE:
            return self._sessions.start_token(name, role)
        operator = self._operators.get(name)
        if operator is None or needs_code(operator.role):
            return None
        return self._sessions.start_token(name, operator.role, operator.version)
