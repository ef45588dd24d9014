"""Answers with the headers that keep a page to itself."""

from typing import Any

from litestar import Response
from litestar.response import Stream

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def html(text: str, status: int = 200) -> Response[str]:
    """Answer with a page."""
    return Response(
        text, status_code=status, media_type="text/html; charset=utf-8", headers=HEADERS
    )


def goto(path: str) -> Response[str]:
    """Answer with a way to another page of ours."""
    return Response("", status_code=303, headers={**HEADERS, "Location": path})


def asset(body: bytes, media_type: str) -> Response[bytes]:
    """Answer with a file whose address changes with its content."""
    forever = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(body, media_type=media_type, headers={**HEADERS, **forever})


def event_stream(content: Any) -> Stream:
    """Answer with server-sent events."""
    return Stream(content, media_type="text/event-stream", headers=HEADERS)
