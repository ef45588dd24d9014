"""Nothing leaves by itself: the list of addresses, and a machine without a network."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from habitue.app.operation.egress import OURS, OUTGOING, Address, outgoing
from habitue.base.settings import declared, load
from tests.acceptance.test_running import habitue

ROOT = Path(__file__).parent.parent.parent
ADDRESS = re.compile(r"url|host|address|proxy|proxies|server_name|endpoint")
PURPOSE = "PostgreSQL keeps truth and state there."


@pytest.mark.feature("K10")
def test_by_default_nothing_is_sent_anywhere() -> None:
    assert outgoing(load(environ={})) == ()
    assert habitue("doctor", "egress")[1].strip() == "Nothing is sent anywhere."
    assert json.loads(habitue("doctor", "egress", "--json")[1]) == []


@pytest.mark.feature("K10")
def test_a_database_is_listed_and_its_password_is_not() -> None:
    url = "postgresql://shop:canary-secret@db.example:6000,[::1]/shop"
    code, out, _ = habitue("doctor", "egress", "--database", url)

    assert code == 0
    assert "canary-secret" not in out
    assert outgoing(load({"database.url": url}, environ={})) == (
        Address("db.example", 6000, "database.url", PURPOSE),
        Address("::1", 5432, "database.url", PURPOSE),
    )


def test_a_copy_of_the_audit_is_listed() -> None:
    told = {"audit.copy_url": "syslog+tcp://logs.example"}
    purpose = "What team members did is copied there."

    assert outgoing(load(told, environ={})) == (
        Address("logs.example", 601, "audit.copy_url", purpose),
    )


def test_a_socket_of_this_machine_is_no_address() -> None:
    url = "postgresql://%2Frun%2Fpostgresql/shop"

    assert outgoing(load({"database.url": url}, environ={})) == ()


def test_a_setting_that_names_an_address_is_listed_or_known_to_be_ours() -> None:
    named = {name for name in declared() if ADDRESS.search(name.partition(".")[2])}

    # public_items_per_s_per_address_max is a number, not an address.
    addresses = {name for name in named if declared()[name].type is not int}
    assert addresses == OURS | OUTGOING


@pytest.mark.feature("K10", partly="sending, which there is none of yet")
@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("unshare") is None,
    reason="a namespace without a network is made by root with unshare",
)
def test_without_a_network_all_of_it_works(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *("unshare", "--net", sys.executable, "-m", "tests.doctor.alone"),
            str(tmp_path / "data"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.split() == [
        *("alone", "collects", "refuses", "imports", "reads", "judges", "exports"),
        *("rebuilds", "metrics", "doctor", "ends"),
    ]


@pytest.mark.feature("K10")
@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("strace") is None,
    reason="connections are watched by root with strace",
)
def test_opening_the_folder_connects_to_nobody(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    done = subprocess.run(
        [
            *("strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg"),
            *("-o", str(trace), sys.executable, "-m", "habitue"),
            *("source", "add", "web", "--kind", "public"),
            *("--data", str(tmp_path / "data")),
        ],
        capture_output=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    told = trace.read_text("utf-8", "replace")
    assert re.findall(r"sa_family=AF_INET6?,[^}]*", told) == []
