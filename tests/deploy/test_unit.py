"""The systemd unit: verified, hardened, and the server runs under what it asks."""

import ctypes
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.shop import Shop
from tests.deploy.images import DEPLOY

TEXT = (DEPLOY / "habitue.service").read_text("utf-8")
# Out of 10; systemd calls up to 2 safe.
EXPOSURE_MAX = 2.0
PR_SET_MDWE, REFUSE_EXEC_GAIN = 65, 1

systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    # The program is not installed where the unit expects it.
    path = tmp_path / "habitue.service"
    path.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", TEXT))
    return path


@systemd
@pytest.mark.feature("K4")
def test_systemd_finds_no_fault_with_the_unit(unit: Path) -> None:
    done = analyze("verify", str(unit))

    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@systemd
@pytest.mark.feature("K4")
def test_systemd_finds_it_hardly_exposed(unit: Path) -> None:
    done = analyze("security", "--offline=true", "--no-pager", str(unit))

    told = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
    assert told is not None, done.stdout + done.stderr
    assert float(told[1]) <= EXPOSURE_MAX


def analyze(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["systemd-analyze", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "line",
    [
        "DynamicUser=yes",
        "StateDirectory=habitue",
        "ProtectSystem=strict",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "IPAddressDeny=any",
    ],
)
def test_the_unit_gives_it_no_more_than_it_needs(line: str) -> None:
    assert line in TEXT.splitlines()


@pytest.mark.feature("K4")
def test_a_server_works_where_no_memory_is_written_and_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    start = subprocess.Popen

    def closed(*words: object, **more: object) -> object:
        def deny() -> None:
            if libc.prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "the kernel can't deny it")

        return start(*words, preexec_fn=deny, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", closed)
    try:
        shop = Shop(tmp_path / "data").start()
    except subprocess.SubprocessError:
        pytest.skip("this kernel can't deny memory that is written and run")
    shop.source("till")
    shop.send("till", {"type": "track", "event": "X", "userId": "u"})
    shop.command("export", str(tmp_path / "out"))

    assert shop.person("user_id:u") is not None
    assert shop.stop() == 0
