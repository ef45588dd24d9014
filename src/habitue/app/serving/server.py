"""The server process: uvicorn around the engine, until SIGTERM."""

import gc
import resource
import signal
import socket
import sys
import time
from collections.abc import Mapping
from functools import partial

import uvicorn

from habitue.app.lake.keeper import load_engine
from habitue.app.operation.logs import tell_to
from habitue.app.serving.asgi import Dispatcher
from habitue.app.serving.engine import Engine
from habitue.app.serving.heads import Heads, Server
from habitue.app.serving.turning import TurningProtocol
from habitue.app.serving.warming import Rest, Warming
from habitue.base.clock import SystemClock
from habitue.base.errors import HabitueError
from habitue.base.sections import Server as Section
from habitue.base.settings import Settings
from habitue.console.render import warm

SWITCH_S = 0.0005


class PortInUseError(HabitueError):
    """The port is taken; choose another with --port."""


class NobodyKeepsItError(HabitueError):
    """It is to be reached by others before anybody can sign in."""


def run(settings: Settings, origins: Mapping[str, str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT; what was acknowledged is applied and written.

    origins: where each setting comes from, for who looks at them.
    """
    tell_to(settings.log)
    # The writers' threads compute for moments; the loop must not wait 5 ms for each.
    sys.setswitchinterval(SWITCH_S)
    listener = _listen(settings.server.host, settings.server.port)
    port = listener.getsockname()[1]
    engine = Engine(settings, SystemClock())
    engine.origins = origins or {}
    if settings.lake.enabled:
        load_engine()
    dispatcher = Dispatcher(engine)
    dispatcher.may_serve = lambda: _check_keeper(engine, settings.server)
    # The first reader of the console need not wait for what it makes.
    warming = Warming(partial(_warm, engine))

    def started() -> None:
        warming.begin()
        _announce(engine, settings.server.host, port)

    dispatcher.on_started = started
    heads = Heads(
        settings.server.head_timeout_s,
        _connections_max(settings.server.connections_max),
        time.monotonic,
    )
    server = Server(
        uvicorn.Config(
            dispatcher,
            loop="uvloop",
            http=partial(TurningProtocol, dispatcher.turn_away),  # type: ignore[arg-type]  # called as a class is
            ws="none",
            lifespan="on",
            access_log=False,
            log_config=None,
            log_level="warning",
            server_header=False,
            proxy_headers=bool(settings.server.trusted_proxies),
            forwarded_allow_ips=list(settings.server.trusted_proxies),
            timeout_keep_alive=75,
            timeout_graceful_shutdown=20,
            backlog=2048,
        ),
        heads,
    )
    dispatcher.on_failure = lambda: setattr(server, "should_exit", True)
    _end_in_order(server)
    server.run(sockets=[listener])
    if dispatcher.failed:
        sys.exit(1)


def _check_keeper(engine: Engine, server: Section) -> None:
    """Refuse others' addresses until there is somebody who lets people in."""
    if server.on_loopback or not server.keeper_first or engine.operators.has_keeper():
        return
    raise NobodyKeepsItError(
        f"It is to listen on {server.host}, where others reach it, and no administrator"
        " can sign in yet. Serve without --host first, give yourself a name and a"
        " password by the link it prints, and start it again; or set"
        " server.keeper_first = false where something else keeps strangers out."
    )


def _connections_max(wanted: int) -> int:
    """Leave a quarter of what the process may open to its files."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(wanted, soft * 3 // 4)


def _end_in_order(server: uvicorn.Server) -> None:
    # uvicorn raises the signal again once it has stopped; unheard, it would end the
    # process as if it had been killed, while nothing was lost.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))


def _tend_memory() -> None:
    """Have what the start made looked at for garbage once, and never again."""
    gc.collect()
    gc.freeze()
    # A full collection walks all profiles; seldom is often enough (bench: the
    # longest apply fell from 112 to 12 ms). What the others walk is mostly rows
    # that stay, each once or twice, so small portions cost little more than large
    # ones (4.5 us an event against 3.5) and pause for 12 ms at most, not 30 or, of
    # the middle generation, 60. Rows are not frozen as they come: connections that
    # have ended are cycles, and frozen along they would never go.
    gc.set_threshold(5_000, 20, 400)


def _announce(engine: Engine, host: str, port: int) -> None:
    _tend_memory()
    engine.announce(host, port)
    shown = f"[{host}]" if ":" in host else host
    sys.stderr.write(f"Habitué listens on http://{shown}:{port}\n")
    token = engine.start_token()
    if token is not None:
        base = engine.hosts.base(f"http://{shown}:{port}")
        link = f"{base}/console/start?token={token}"
        sys.stderr.write(f"See your customers (link works once, soon): {link}\n")
    sys.stderr.flush()


def _warm(engine: Engine, rest: Rest) -> None:
    warm(rest)
    rest()
    if engine.leader is not None:
        engine.leader.page.made().make(rest)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise PortInUseError(
            f"Can't listen on {host}:{port}: {error.strerror}. Choose another port with"
            " --port."
        ) from error
    listener.listen(2048)
    return listener
