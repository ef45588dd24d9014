"""Answers with the headers that keep a page to itself."""

from typing import Any

from litestar import Response
from litestar.response import Stream

# Scripts by their nonce alone; of all code only htmx may write HTML, and that only
# where an element carries the nonce, too.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src {scripts}",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types htmx",
    )
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def headers(nonce: str = "") -> dict[str, str]:
    """Give the headers of an answer; without a nonce it runs no script."""
    scripts = f"'nonce-{nonce}'" if nonce else "'none'"
    policy = POLICY.format(scripts=scripts)
    return {"Content-Security-Policy": policy, **ALWAYS}


def html(text: str, nonce: str, status: int = 200) -> Response[str]:
    """Answer with a page, or a part of one."""
    return Response(
        text,
        status_code=status,
        media_type="text/html; charset=utf-8",
        headers=headers(nonce),
    )


def goto(path: str) -> Response[str]:
    """Answer with a way to another page of ours."""
    return Response("", status_code=303, headers={**headers(), "Location": path})


def file(body: bytes, name: str, media_type: str) -> Response[bytes]:
    """Answer with a file to be kept; name: of ours, without anything to escape."""
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media_type, headers={**headers(), **told})


def asset(body: bytes, media_type: str) -> Response[bytes]:
    """Answer with a file whose address changes with its content."""
    forever = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(body, media_type=media_type, headers={**headers(), **forever})


def download(content: Any, name: str, media_type: str) -> Stream:
    """Answer with a file that comes as it is read, to be kept under a name."""
    kept = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Stream(content, media_type=media_type, headers={**headers(), **kept})


def event_stream(content: Any) -> Stream:
    """Answer with server-sent events."""
    return Stream(content, media_type="text/event-stream", headers=headers())
