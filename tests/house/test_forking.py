"""What the tests fork is a process like one that is started."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from habitue.app.privacy.kept_files_child import Wanted
from habitue.model.identifier import Identifier
from tests.acceptance import forking
from tests.acceptance.shop import Shop
from tests.acceptance.standin import CHILDREN

WHERE = ("config", "show", "--origin", "--json")


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HABITUE_TORTURE", raising=False)


def test_a_forked_command_says_what_a_started_one_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "habitue.toml").write_text('[shop]\nname = "Marigold"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HABITUE_SERVER__PORT", "8461")
    words = (sys.executable, "-m", "habitue", *WHERE)
    started = subprocess.run(words, capture_output=True, text=True, check=True)

    forked = forking.run([*WHERE])

    assert forked.returncode == 0
    assert "Marigold" in forked.stdout
    assert forked.stdout == started.stdout


def test_a_forked_command_fails_as_a_started_one_does(tmp_path: Path) -> None:
    words = ["person", "anna", "--data", str(tmp_path)]
    whole = (sys.executable, "-m", "habitue", *words)
    started = subprocess.run(whole, capture_output=True, text=True, check=False)

    forked = forking.run(words)

    assert (forked.returncode, forked.stdout, forked.stderr) == (
        started.returncode,
        started.stdout,
        started.stderr,
    )
    assert forked.returncode == 1


def test_a_forked_server_is_a_process_of_its_own_that_can_be_killed(
    tmp_path: Path,
) -> None:
    shop = Shop(tmp_path / "data").start()
    process = shop.process

    assert isinstance(process, forking.Forked)
    assert process.poll() is None
    shop.kill()
    assert process.poll() == process.returncode == -signal.SIGKILL
    assert shop.start().stop() == 0


def test_turns_hash_differently() -> None:
    first, second = (forking.nursery(turn).hashes for turn in (0, 1))

    assert first != second


def test_nothing_is_forked_in_the_torture_or_for_another_python(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    env = dict(os.environ)

    assert forking.is_alike(env)
    assert not forking.is_alike({**env, "HABITUE_TORTURE": "1"})
    assert not forking.is_alike({**env, "PYTHONPATH": "/elsewhere"})


# -- children ----------------------------------------------------------------------

PIPE_BYTES = 1 << 16
LOOKS_THROUGH = "habitue.app.privacy.kept_files_child"


def child(*words: str, **more: Any) -> subprocess.Popen[bytes]:
    """Start a child as a process does that was forked."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen([forking.nursery(0).python, *words], **pipes, **more)


def test_a_forked_child_answers_what_a_started_one_answers(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,email\nAnna,anna@example.com\n")
    names = (Identifier("email", "anna@example.com"),)
    order = msgspec.json.encode(Wanted(paths=(str(file), "/nowhere"), names=names))
    words = ("-m", LOOKS_THROUGH)
    started = subprocess.run(
        [sys.executable, *words], input=order, capture_output=True, check=True
    )

    forked = child(*words)
    told, _ = forked.communicate(order)

    assert told == started.stdout
    assert forked.returncode == 0
    assert [one["names"] for one in json.loads(told)] == [True, None]


@pytest.mark.parametrize("leads", [False, True])
def test_who_ends_what_called_for_a_child_ends_the_child(leads: bool) -> None:
    with child("-m", LOOKS_THROUGH, start_new_session=leads) as calling:
        assert calling.stdin
        assert calling.stdout
        # More than a pipe holds: once it is written, a child is there that reads.
        calling.stdin.write(b"never told to its end" * PIPE_BYTES)
        calling.stdin.flush()

        (os.killpg if leads else os.kill)(calling.pid, signal.SIGKILL)

        assert calling.wait(30) == -signal.SIGKILL
        # The child has it, too: as long as it lives there is no end.
        assert select.select([calling.stdout], [], [], 30)[0]
        assert calling.stdout.read() == b""


def test_what_called_for_a_child_ends_as_the_child_does() -> None:
    calling = child("-m", LOOKS_THROUGH, stderr=subprocess.PIPE)

    _, said = calling.communicate(b"no order")

    assert calling.returncode == 1
    assert b"DecodeError" in said


def test_a_forked_server_of_a_forked_process_ends_when_it_is_asked_to(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    words = ("-m", "habitue", "serve", "--data", str(tmp_path / "data"), "--port", "0")
    with log.open("wb") as said, child(*words, stderr=said) as calling:
        deadline = time.monotonic() + 30
        while b"listens" not in log.read_bytes():
            assert time.monotonic() < deadline
            time.sleep(0.05)

        calling.terminate()

        try:
            assert calling.wait(30) == 0
        finally:
            calling.kill()


def test_what_is_no_child_of_the_product_is_started_in_full() -> None:
    told, _ = child("-c", "import sys; print(sys.executable, end='')").communicate()

    assert told.decode() == sys.executable


@pytest.mark.parametrize("module", sorted(CHILDREN))
def test_a_child_can_be_imported_by_itself(module: str) -> None:
    makes = "[pkgutil.resolve_name(one) for one in getattr(m, 'MAKERS', {}).values()]"
    program = f"import importlib, pkgutil; m = importlib.import_module('{module}')"

    subprocess.run([sys.executable, "-c", f"{program}; {makes}"], check=True)
