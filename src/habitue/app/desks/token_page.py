"""Where clients with a key pair get their tokens: POST /token, as Segment's ask."""

from typing import Any

import msgspec

from habitue.access.assertion import Refused
from habitue.access.oauth import SCOPE, OAuthClients
from habitue.collect.dialect import Answer, Asked, Dialect, Page
from habitue.collect.sniff import fields_of

_GRANT = "client_credentials"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def token_dialect(clients: OAuthClients) -> Dialect:
    """Make the page that gives tokens; it is no client's, so it stands by itself."""

    def show(asked: Asked) -> Answer:
        try:
            return _give(clients, asked)
        except Refused as refused:
            status = 401 if refused.error == "invalid_client" else 400
            said = {"error": refused.error, "error_description": refused.sentence}
            return _answer(status, said)

    return Dialect(name="oauth", pages=(Page(path="/token", method="POST", show=show),))


def _give(clients: OAuthClients, asked: Asked) -> Answer:
    told = fields_of(asked.body)
    if told.get("grant_type") != _GRANT:
        raise Refused("unsupported_grant_type", f"The grant_type has to be {_GRANT}.")
    if told.get("client_assertion_type") != _ASSERTION:
        raise Refused(
            "invalid_request", f"The client_assertion_type has to be {_ASSERTION}."
        )
    if told.get("scope", SCOPE) != SCOPE:
        raise Refused("invalid_scope", f"A token is for {SCOPE} alone.")
    host = asked.call.headers.get(b"host", b"").decode("latin-1")
    granted = clients.grant(told.get("client_assertion", ""), host)
    return _answer(
        200,
        {
            "access_token": granted.token,
            "token_type": "Bearer",
            "expires_in": granted.expires_s,
            "scope": SCOPE,
        },
    )


def _answer(status: int, said: dict[str, Any]) -> Answer:
    return Answer(status, msgspec.json.encode(said), ((b"pragma", b"no-cache"),))
