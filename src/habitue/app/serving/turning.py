"""Who has to wait anyway is answered where requests are parsed, without a task.

Under three times what can be taken, two requests of three are turned away: what each
costs the loop, what was taken waits for.
"""

from collections.abc import Callable
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from habitue.app.desks.joined import JoiningProtocol
from habitue.collect.http import Scope, Turned

TurnAway = Callable[[Scope], Turned | None]
# Of so many requests that came in one piece; those behind are let wait their turn, or
# somebody's thousand would hold the loop.
_AT_ONCE_MAX = 16


class TurningProtocol(JoiningProtocol):
    """HTTP over one connection, on which some are answered before they are begun."""

    def __init__(self, turn_away: TurnAway, **told: Any) -> None:
        """told: what uvicorn gives its protocols."""
        super().__init__(**told)
        self._turn_away = turn_away
        self._turned = 0

    def data_received(self, data: bytes) -> None:
        self._turned = 0
        super().data_received(data)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        # What waits behind another has its turn by that one's end, however many wait.
        if cycle is self.cycle and self._turned < _AT_ONCE_MAX:
            told = self._turn_away(cast("Scope", cycle.scope))
            if told is not None:
                self._turned += 1
                self._answer(cycle, told)
                return
        super()._start_asgi_task(cycle, app)

    def _answer(self, cycle: RequestResponseCycle, told: Turned) -> None:
        status, headers, body = told
        pieces = [STATUS_LINE[status]]
        for name, value in (*cycle.default_headers, *headers):
            pieces += [name, b": ", value, b"\r\n"]
        if not cycle.keep_alive:
            pieces.append(b"connection: close\r\n")
        pieces += [b"\r\n", body]
        self.transport.write(b"".join(pieces))
        # What is still sent of the request is read, and goes nowhere.
        cycle.response_complete = True
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()
