"""What the tests fork is a process like one that is started."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance import forking
from tests.acceptance.shop import Shop

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
