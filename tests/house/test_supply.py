"""What the product is made of: listed, locked, and under licences that fit."""

from collections import Counter

import pytest

from tools.licences import LOCK, WEAK_ALLOWED, fault, licence
from tools.locks import ROOT, read
from tools.sbom import bom


@pytest.mark.feature("K9")
def test_every_licence_fits_a_product_under_apache_2() -> None:
    names = sorted({one.name for one in read(LOCK)})
    # What is locked for other systems alone is not installed here.
    told = {name: licence(name) for name in names}
    here = {name: one for name, one in told.items() if one is not None}

    assert len(here) > 0.9 * len(names)
    assert [name for name, one in here.items() if fault(name, one)] == []


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
