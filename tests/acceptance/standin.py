"""Stands where Python would, for a forked process of the tests that starts a child.

Run as a program, by Python without anything of its own: it hands the files, words,
environment and folder that it was given to one that has imported the product, which
forks the child, and it ends as that one does. Who kills it kills the child, with its
group if it was to have one; what asks it to end is passed on. What else is started is
started in full.
"""

import _signal
import _socket
import marshal
import os
import resource
import sys
from array import array

# What the product starts: for some of its work, as the demo, and as the benchmark. Who
# looks for duplicates stays apart: it brings a library that no other process has.
CHILDREN = frozenset(
    {
        "habitue",
        "habitue.app.bench.floor",
        "habitue.app.bench.load",
        "habitue.app.bulk.child",
        "habitue.app.calling.upload_child",
        "habitue.app.calling.watch_child",
        "habitue.app.insights.child",
        "habitue.app.privacy.kept_files_child",
        "habitue.collect.files.child",
    }
)
STANDARD = (0, 1, 2)
ASKS_TO_END = (_signal.SIGTERM, _signal.SIGINT)
# What it was, if it was ended before it could tell.
KILLED = b"-9"


def main() -> None:
    words = sys.argv[1:]
    if words[:1] != ["-m"] or words[1] not in CHILDREN:
        os.execv(sys.executable, [sys.executable, *words])
    calls = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    reach(calls)
    leads = os.getsid(0) == os.getpid()
    where = os.getcwd()  # noqa: PTH109 - pathlib takes longer to load than all of this
    told = marshal.dumps((words[1:], dict(os.environ), where, leads))
    files = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array("i", STANDARD))
    calls.sendmsg([told], [files])
    for number in ASKS_TO_END:
        _signal.signal(number, lambda number, _: calls.send(bytes([number])))
    # They are the child's alone: who reads what it writes waits for their end.
    for file in STANDARD:
        os.close(file)
    end(int(calls.recv(16) or KILLED))


def reach(calls: _socket.socket) -> None:
    """Connect to the other one that forks, so that hashes differ, or to one's own."""
    base, at, _ = sys.argv[0].rsplit("/", 2)
    for number in (1 - int(at), int(at)):
        try:
            calls.connect(f"{base}/{number}/calls")
        except OSError:
            continue
        return
    raise SystemExit("Nobody is there who forks.")


def end(code: int) -> None:
    """End as the child did, by the same signal if it was one, and without a core."""
    if code < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if -code not in {_signal.SIGKILL, _signal.SIGSTOP}:
            _signal.signal(-code, _signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    main()
