"""Segment's clients for servers, apps and browsers, its HTTP interface, its images."""

from habitue.collect.dialect import (
    KEYLESS_BATCH_BYTES_MAX,
    Answer,
    Asked,
    Call,
    Dialect,
    Envelope,
    Page,
    Route,
)
from habitue.collect.dialects import family
from habitue.collect.dialects.fill import fill
from habitue.collect.dialects.pixel import pixel
from habitue.collect.dialects.segment_start import PAGES

NAME = family.SEGMENT
_BATCHES = ("/v1/batch", "/v1/b", "/v1/import")
TYPES = ("track", "identify", "page", "screen", "group", "alias")


def _batch(path: str) -> Route:
    def arrange(call: Call, _body: bytes, envelope: Envelope) -> Envelope:
        return family.arrange(call, envelope)

    return Route(
        path=path,
        arrange=arrange,
        answer=family.answer,
        gives_ip=True,
        # Apps tell their key nowhere else.
        keyless_bytes_max=KEYLESS_BATCH_BYTES_MAX,
    )


def _typed(path: str, kind: str) -> Route:
    """Make a path for items of one type, which need not say it again."""

    def arrange(call: Call, _body: bytes, envelope: Envelope) -> Envelope:
        told = {"type": kind}
        device = family.told_anonymous_id(call)
        if device is not None:
            told["anonymousId"] = device
        return family.arrange(call, envelope, told)

    return Route(path=path, arrange=arrange, answer=family.answer, gives_ip=True)


def _forget(_: Asked) -> Answer:
    # How the client itself is doing: of no use to a shop.
    return family.SUCCESS


SEGMENT = Dialect(
    name=NAME,
    translate=fill,
    routes=(
        *map(_batch, _BATCHES),
        *(_typed(f"/v1/{name}", kind) for kind in TYPES for name in (kind, kind[0])),
        *(pixel(f"/v1/pixel/{kind}", kind, NAME) for kind in TYPES),
    ),
    pages=(*PAGES, Page(path="/v1/m", method="POST", show=_forget)),
)
