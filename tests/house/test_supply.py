"""What the product is made of: listed, locked, and under licences that fit."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import habitue
from tools.audit import audit
from tools.audit import main as audit_main
from tools.licences import LOCK, WEAK_ALLOWED, fault, licence
from tools.locks import ROOT, Locked, read
from tools.sbom import bom

pytestmark = pytest.mark.proof("T39")


@pytest.mark.feature("K9")
def test_every_licence_fits_a_product_under_apache_2(
    figure: Callable[[str, Any], None],
) -> None:
    names = sorted({one.name for one in read(LOCK)})
    # What is locked for other systems alone is not installed here.
    told = {name: licence(name) for name in names}
    here = {name: one for name, one in told.items() if one is not None}

    assert len(here) > 0.9 * len(names)
    assert [name for name, one in here.items() if fault(name, one)] == []
    figure("licences that fit", len(here))


@pytest.mark.parametrize(
    "told",
    [
        *("GPL-3.0-only", "AGPL-3.0-or-later", "GNU General Public License v3 (GPLv3)"),
        *("GNU Affero General Public License v3", "GPLv2", ""),
    ],
)
def test_a_licence_that_does_not_fit_is_seen(told: str) -> None:
    assert fault("other", told)


@pytest.mark.parametrize(
    "told", ["MIT", "Apache-2.0", "BSD-3-Clause", "MIT OR GPL-3.0-only", "PSF-2.0"]
)
def test_a_licence_that_fits_is_let_be(told: str) -> None:
    assert fault("other", told) is None


def test_a_weak_licence_needs_its_reason() -> None:
    assert fault("other", "LGPL-3.0-only")
    assert all(fault(name, "LGPL-3.0-only") is None for name in WEAK_ALLOWED)


@pytest.mark.feature("K9")
def test_the_bill_lists_every_locked_part_with_its_hashes() -> None:
    locked = read(ROOT / "requirements.lock")
    listed = [one for one in bom()["components"] if one["type"] == "library"]

    assert [(one["name"], one["version"]) for one in listed] == [
        (one.name, one.version) for one in locked
    ]
    assert all(one["hashes"] for one in listed)
    assert all(len(told["content"]) == 64 for one in listed for told in one["hashes"])


@pytest.mark.feature("K9", partly="signed releases")
def test_the_bill_lists_the_files_of_others_that_are_in_the_package() -> None:
    listed = {one["name"] for one in bom()["components"] if one["type"] == "file"}

    for sums in (ROOT / "src").rglob("SHA256SUMS"):
        folder = sums.parent.relative_to(ROOT).as_posix()
        assert any(name.startswith(folder) for name in listed)


def test_the_bill_is_the_same_each_time_and_names_each_part_once() -> None:
    made = bom()

    assert made == bom()
    names = Counter(one["bom-ref"] for one in made["components"])
    assert [name for name, times in names.items() if times > 1] == []


def test_the_lock_with_postgresql_is_the_products_and_the_driver() -> None:
    own = {(one.name, one.version) for one in read(ROOT / "requirements.lock")}
    with_driver = {(one.name, one.version) for one in read(LOCK)}
    developers = {
        (one.name, one.version) for one in read(ROOT / "requirements-dev.lock")
    }

    assert own < with_driver <= developers
    assert {name for name, _ in with_driver - own} == {"psycopg", "psycopg-binary"}


def test_the_security_policy_says_where_to_write_and_how_long_it_takes() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")

    for word in ("Report", "days", "Supported versions", "docs/threats.md"):
        assert word in text


def wheel(folder: Path, code: str) -> Path:
    """Make a part that can be installed, with so much code in it."""
    path = folder / "part-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("part.py", code)
        for name, text in (
            ("METADATA", "Metadata-Version: 2.1\nName: part\nVersion: 1.0\n"),
            ("WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
            ("RECORD", ""),
        ):
            packed.writestr(f"part-1.0.dist-info/{name}", text)
    return path


def install(folder: Path, lock: Path) -> subprocess.CompletedProcess[str]:
    """Install from a lock as tools/venv.sh does, from a folder and into another."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install"]
    where = ["--no-index", "--find-links", str(folder), "--target", str(folder / "out")]
    return subprocess.run(
        [*pip, *where, "--require-hashes", "-r", str(lock)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_part_that_was_tampered_with_is_not_installed(tmp_path: Path) -> None:
    lock, sha256 = tmp_path / "lock", hashlib.sha256
    digest = sha256(wheel(tmp_path, "WHOSE = 'ours'").read_bytes()).hexdigest()
    lock.write_text(f"part==1.0 --hash=sha256:{digest}\n")
    wheel(tmp_path, "WHOSE = 'theirs'")

    done = install(tmp_path, lock)

    assert done.returncode
    assert "DO NOT MATCH THE HASHES" in done.stderr
    assert not (tmp_path / "out" / "part.py").exists()


def test_a_part_that_is_as_locked_is_installed(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    made = wheel(tmp_path, "WHOSE = 'ours'")
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    lock.write_text(f"part==1.0 --hash=sha256:{digest}\n")

    assert install(tmp_path, lock).returncode == 0
    assert (tmp_path / "out" / "part.py").exists()


def test_the_environment_is_made_with_hashes_alone() -> None:
    script = (ROOT / "tools" / "venv.sh").read_text("utf-8")

    assert '--require-hashes -r "$lock"' in script


# -- without a network --------------------------------------------------------

WHEELS = ROOT / ".cache" / "wheels"
ALONE = ("unshare", "--net", "--map-root-user")


def alone(*words: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command that has no network, and no setting of this machine's pip."""
    return subprocess.run(
        [*ALONE, *words],
        cwd=ROOT,
        env={**os.environ, "PIP_CONFIG_FILE": os.devnull, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_product_is_built_and_installed_without_a_network(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    none = ["--no-index", "--no-deps"]

    built = alone(*pip, "wheel", *none, "--no-build-isolation", "-w", tmp_path, ".")
    assert built.returncode == 0, built.stderr
    into = ["--find-links", tmp_path, "--target", tmp_path / "out", "habitue"]
    done = alone(*pip, "install", *none, "--no-compile", *into)
    assert done.returncode == 0, done.stderr

    # What was installed, and not what this tree is.
    says = "import habitue; print(habitue.__version__, habitue.__file__)"
    told = alone(sys.executable, "-c", says, PYTHONPATH=str(tmp_path / "out"))
    assert told.stdout.split() == [
        habitue.__version__,
        str(tmp_path / "out" / "habitue" / "__init__.py"),
    ]


def test_all_that_is_locked_is_installed_without_a_network(tmp_path: Path) -> None:
    if not WHEELS.is_dir():
        pytest.skip("The locked wheels are not here: bring them with make wheels.")
    lock = ROOT / "requirements.lock"

    done = alone(ROOT / "tools/offline.sh", "install", lock, WHEELS, tmp_path / "venv")

    assert done.returncode == 0, done.stderr
    assert habitue.__version__ in done.stdout


# -- advisories ---------------------------------------------------------------


def advisory(name: str, *events: dict[str, str], **more: Any) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}]
    package = {"ecosystem": "PyPI", "name": name}
    affected = [{"package": package, "ranges": ranges}]
    return {"id": f"TRIED-{name}", "affected": affected, **more}


def since(version: str) -> dict[str, str]:
    return {"introduced": version}


def fixed(version: str) -> dict[str, str]:
    return {"fixed": version}


@pytest.mark.parametrize(
    ("events", "is_affected"),
    [
        ((since("0"),), True),
        ((since("0"), fixed("1.9")), False),
        ((since("0"), fixed("2.0")), False),
        ((since("0"), fixed("2.0.1")), True),
        # Mended, and broken anew.
        ((since("0"), fixed("1.0"), since("1.9"), fixed("3.0")), True),
        ((since("2.1"),), False),
        ((since("0"), {"last_affected": "2.0"}), True),
        ((since("0"), {"last_affected": "1.99"}), False),
        # Ten is more than nine, and a candidate is less than what it is one of.
        ((since("0"), fixed("10.0")), True),
        ((since("2.0rc1"),), True),
    ],
)
def test_a_locked_version_is_held_to_what_an_advisory_says(
    events: tuple[dict[str, str], ...], is_affected: bool
) -> None:
    (locked,) = [Locked("Some_Part", "2.0", (), "")]

    found = list(audit([locked], [advisory("some-part", *events)]))

    assert [one.advisory for one in found] == ["TRIED-some-part"] * is_affected


def test_an_audit_says_what_it_went_by_and_what_it_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["audit", str(tmp_path)])
    assert audit_main() == 2
    part = read(LOCK)[0]
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        told = advisory(part.name, since("0"), withdrawn="2026-01-01")
        packed.writestr("withdrawn.json", json.dumps(told))
        other = advisory("nobody-has-this", since("0"), modified="2026-11-01")
        packed.writestr("other.json", json.dumps(other))
    assert audit_main() == 0
    assert "0 of" in capsys.readouterr().out

    told = advisory(part.name, since("0"), summary="it is broken")
    (tmp_path / "one.json").write_text(json.dumps(told))

    assert audit_main() == 1
    said = capsys.readouterr().out
    assert f"{part.name} {part.version}: TRIED-{part.name} it is broken" in said
    assert "by 2 advisories, the newest of 2026-11-01" in said
