"""The README's commands, run as they stand on a clean checkout.

This clones what is committed and makes environments of its own, so it runs in CI and
where HABITUE_README=1 asks for it, as `make test` does. Of the README's commands only
`make test` itself is not tried: it is what runs this.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from habitue.demo.history import ANNA
from habitue.demo.story import MOMENTS
from tests.house.lending import lend
from tests.house.readme import (
    README,
    ROOT,
    beside,
    blocks,
    child,
    commands,
    pins,
    read_pages,
    run,
    slow,
)

LINK = re.compile(r"Watch it in a browser: (\S+)")
# Promised until one's own first event is on a card: five minutes.
PROMISED_S = 300
GOES_ON = re.compile(r"The server goes on: (\S+)")
DEMO_S = 600


def test_the_two_commands_stand_in_the_readme() -> None:
    assert "make demo" in commands()
    assert "make test" in commands()


def test_make_test_tries_the_readme_and_writes_the_features() -> None:
    told = run("make --dry-run test", ROOT).stdout

    assert re.search(r"HABITUE_README=1 .*pytest.* --features docs/features\.md", told)


def test_make_demo_hands_on_what_is_to_be_played_once() -> None:
    told = run("make --dry-run demo ARGS=--once", ROOT).stdout

    assert told.splitlines()[-1].endswith("bin/habitue demo --once")


def test_a_bare_debian_is_told_of_every_program_the_readme_calls() -> None:
    install = next(line for line in commands() if line.startswith("apt-get"))
    called = {line.split()[0] for line in commands()}

    # git brought the checkout.
    assert {"make", "curl"} <= called
    assert {"git", "make", "curl", "python3-venv"} <= set(install.split())


def test_every_habitue_command_named_in_the_readme_exists() -> None:
    named = set(re.findall(r"\bhabitue ([a-z]+)", README))
    told = subprocess.run(
        [sys.executable, "-m", "habitue", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert {"serve", "source", "person", "import", "demo"} <= named
    for name in named:
        assert re.search(rf"\b{name}\b", told), name


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("readme") / "habitue"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@slow
@pytest.mark.feature("K4")
def test_the_readmes_commands_work_on_a_clean_checkout(
    checkout: Path, told: Callable[[str], None]
) -> None:
    began = time.monotonic()
    log = checkout / "demo.log"
    # Nobody is there to press Enter: it goes on by itself, and leaves the server.
    with beside(["make", "demo"], checkout, log) as make:
        link = _waited(make, log, GOES_ON)[1]
        demo_s = time.monotonic() - began
        assert [one.title for one in MOMENTS if one.title not in log.read_text()] == []
        assert "Left out" not in log.read_text()
        assert "Anna Nowak" in _card(checkout, link)
        os.kill(child(make.pid), signal.SIGINT)
        assert make.wait(60) == 0
    assert not _listens(link)

    first = run(_first_event(), checkout)
    assert first.returncode == 0, first.stdout[-3000:] + first.stderr[-3000:]
    assert '"outcome":"stored"' in first.stdout.replace(" ", "")
    assert "anna@example.com" in first.stdout
    took_s = time.monotonic() - began
    assert took_s < PROMISED_S
    told(
        f"README: a card is on the screen {demo_s:.0f} s after `make demo` began on a"
        f" clean checkout, one's own first event in it after {took_s:.0f} s"
        " (promised: five minutes)."
    )


@slow
@pytest.mark.feature("K4", partly="usage page")
def test_installed_by_pip_nothing_is_missing_and_the_whole_demo_is_played_once(
    checkout: Path, tmp_path: Path, told: Callable[[str], None]
) -> None:
    began = time.monotonic()
    habitue = _installed(checkout)
    built_s = time.monotonic() - began
    log = tmp_path / "demo.log"

    # In another folder, where only what was installed can be found.
    played = time.monotonic()
    with beside([habitue, "demo", "--once"], tmp_path, log) as demo:
        link = _waited(demo, log, LINK)[1]
        assert _listens(link)
        assert demo.wait(DEMO_S) == 0, log.read_text()[-3000:]
    said = log.read_text()
    assert [one.title for one in MOMENTS if one.title not in said] == []
    assert "Left out" not in said
    assert "Every number was as promised." in said
    assert GOES_ON.search(said) is None
    assert not _listens(link)
    told(
        f"README: `pip install .` took {built_s:.0f} s, what it needs being there; the"
        f" whole demo by `habitue demo --once` {time.monotonic() - played:.0f} s."
    )


def _installed(checkout: Path) -> Path:
    """Install as the README says; give the command. Nothing of ours is left out.

    What is of others comes from the environment that the lock fills, as `make demo`
    does: what the package declares is linked, and no more, so that pip fetches and
    unpacks only what it finds missing, or of a version that is not wanted.
    """
    (script,) = blocks("without make")
    make, *install = script.replace(
        "habitue demo\n", "command -v habitue\n"
    ).splitlines()
    _done(["tools/venv.sh requirements.lock", make], checkout)
    (lender,) = checkout.glob(".venv/lib/python3*/site-packages")
    (site,) = checkout.glob("habitue-env/lib/python3*/site-packages")
    lend("habitue", site, lender)
    command = Path(_done(install, checkout).splitlines()[-1])
    source = checkout / "src" / "habitue"
    assert _files(site / "habitue") == _files(source)
    assert command.is_relative_to(site.parents[2])
    return command


def _done(lines: list[str], checkout: Path) -> str:
    """Run a script that has to succeed; give what it says."""
    constraints = checkout.parent / "constraints.txt"
    constraints.write_text(pins(checkout / "requirements.lock"))
    done = run(
        "\n".join(["set -euo pipefail", *lines]),
        checkout,
        PIP_CONSTRAINT=str(constraints),
        # Python compiles what it imports; all of it takes pip half its time.
        PIP_NO_COMPILE="1",
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def _files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in found
        if path.suffix != ".pyc"
    }


def _waited(
    demo: subprocess.Popen[bytes], log: Path, wanted: re.Pattern[str]
) -> re.Match[str]:
    """Wait until the demo says something."""
    deadline = time.monotonic() + DEMO_S
    while time.monotonic() < deadline and demo.poll() is None:
        if found := wanted.search(log.read_text(errors="replace")):
            return found
        time.sleep(0.2)
    raise AssertionError(log.read_text(errors="replace")[-3000:])


def _card(checkout: Path, link: str) -> str:
    """Find the person whom the demo ends with, and read her card on the screen."""
    wanted = f"person customer_id:{ANNA} --data habitue-demo --json"
    found = run(f".venv/bin/habitue {wanted}", checkout)
    assert found.returncode == 0, found.stderr
    anna = json.loads(found.stdout)
    (page,) = read_pages(link, f"/console/people/{anna['person_id']}")
    return page


def _listens(link: str) -> bool:
    port = int(link.split(":")[2].partition("/")[0])
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _first_event() -> str:
    """Join the two terminals into one script that waits for the server between."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    server, client = blocks("first event")
    server = re.sub(r"(?m)^(habitue serve.*)$", r"\1 >serve.log 2>&1 &", server)
    script = f"""
set -euo pipefail
trap 'kill $(jobs -p); wait' EXIT
{server}
for _ in $(seq 100); do
  curl --fail --silent http://127.0.0.1:8460/healthz >/dev/null && break
  sleep 0.2
done
{client}
"""
    return script.replace("8460", port)
