"""Who reaches this server: where it listens, and through which proxy."""

from collections.abc import Iterator

from habitue.app.doctor.finding import Finding, good, look, wrong
from habitue.base.sections import Server


def reach(server: Server) -> Iterator[Finding]:
    """Say whether listening, proxies and the public address fit together."""
    if "*" in server.trusted_proxies:
        yield wrong(
            "proxy",
            "server.trusted_proxies is '*': anybody's X-Forwarded-For is believed, so"
            " rates by address hold nobody. Name the proxy's own addresses.",
        )
    elif server.public_url and not server.trusted_proxies:
        yield look(
            "proxy",
            "server.public_url is set and server.trusted_proxies is not: behind a proxy"
            " all visitors share one address and its rate. Name the proxy's addresses.",
        )
    elif not server.on_loopback and not server.trusted_proxies:
        yield look(
            "proxy",
            f"It listens on {server.host} without a proxy: keys and people go over the"
            " network unencrypted. Put a proxy with TLS in front, listen on 127.0.0.1.",
        )
    else:
        yield good("proxy", f"It listens on {server.host}; {_proxies(server)}.")
    if server.public_url.startswith("http://"):
        yield look(
            "public address",
            f"server.public_url is {server.public_url}: browsers of a shop with https"
            " load no script from there. Give it a certificate.",
        )


def _proxies(server: Server) -> str:
    named = ", ".join(server.trusted_proxies)
    return f"proxies believed: {named}" if named else "no proxy is believed"
