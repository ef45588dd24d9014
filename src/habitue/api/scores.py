"""Scores: the rules they are by, cuts computed from the people, who stands where."""

from typing import Annotated

import msgspec
from litestar import get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.parse import moment_us
from habitue.api.port import View
from habitue.api.port_analysis import Scores
from habitue.model.score import RfmPart, ScoreRules

At = Annotated[
    str | None,
    QueryParameter(description="The moment, RFC 3339; without it, now."),
]
Since = Annotated[
    str, QueryParameter(name="from", description="The first moment, RFC 3339.")
]
Until = Annotated[
    str, QueryParameter(name="to", description="The second moment, RFC 3339.")
]
Keep = Annotated[
    bool, QueryParameter(description="Put the cuts in force, instead of showing them.")
]

Category = Annotated[
    str, QueryParameter(description="Of this category alone.", max_length=200)
]
Store = Annotated[
    str, QueryParameter(description="In this store alone.", max_length=200)
]
Fifths = Annotated[
    bool,
    QueryParameter(description="By cuts that part these buyers, not by the rules."),
]


def score_routes(scores: Scores) -> list[HTTPRouteHandler]:
    """Make the routes over scores."""
    return [
        _rules(scores),
        _set_rules(scores),
        _cut(scores),
        _summary(scores),
        _migration(scores),
        _rfm(scores),
    ]


def _rules(scores: Scores) -> HTTPRouteHandler:
    @get(
        "/api/v1/scores/rules",
        permission=Permission.SCORES_READ,
        sync_to_thread=False,
        **keyed(),
    )
    def read_score_rules() -> View:
        """Give the rules by which people are scored."""
        return scores.rules()

    return read_score_rules


def _set_rules(scores: Scores) -> HTTPRouteHandler:
    @put(
        "/api/v1/scores/rules",
        permission=Permission.SCORES_WRITE,
        **keyed(400, 409, 413, 422),
    )
    async def set_score_rules(data: ScoreRules) -> View:
        """Put rules in force; whatever they don't name is as Habitué comes with it."""
        return await scores.set_rules(msgspec.json.encode(data))

    return set_score_rules


def _cut(scores: Scores) -> HTTPRouteHandler:
    @post(
        "/api/v1/scores/cuts",
        permission=Permission.SCORES_WRITE,
        status_code=200,
        **keyed(400, 409, 422),
    )
    async def cut_scores(keep: Keep = False) -> View:
        """Compute RFM's cuts that part today's people evenly, equals together."""
        return await scores.cut(keep=keep)

    return cut_scores


def _summary(scores: Scores) -> HTTPRouteHandler:
    @get(
        "/api/v1/scores/summary",
        permission=Permission.SCORES_READ,
        **keyed(400, 422),
    )
    async def score_summary(at: At = None) -> View:
        """Count people by band, RFM, persona, stage and need for contact."""
        return await scores.summary(None if at is None else moment_us(at))

    return score_summary


def _migration(scores: Scores) -> HTTPRouteHandler:
    @get(
        "/api/v1/scores/migration",
        permission=Permission.SCORES_READ,
        **keyed(400, 422),
    )
    async def score_migration(since: Since, until: Until) -> View:
        """Count who moved from one RFM persona to another between two moments."""
        return await scores.migration(moment_us(since), moment_us(until))

    return score_migration


def _rfm(scores: Scores) -> HTTPRouteHandler:
    @get("/api/v1/scores/rfm", permission=Permission.SCORES_READ, **keyed(400, 422))
    async def score_rfm(
        category: Category = "",
        store: Store = "",
        fifths: Fifths = False,
        at: At = None,
    ) -> View:
        """Count who bought of a category, or in a store, by RFM and persona."""
        part = RfmPart(category=category, store=store)
        moment = None if at is None else moment_us(at)
        return await scores.rfm(part, moment, fifths=fifths)

    return score_rfm
