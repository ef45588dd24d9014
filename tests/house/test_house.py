"""The house: locks, licences, the makers of pages, what ships."""

import subprocess
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from tools.rules.code import CODE_RULES
from tools.rules.files import FILE_RULES
from tools.turns import LONGEST

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("rule", [*CODE_RULES, *FILE_RULES], ids=lambda r: r.__name__)
def test_the_rule_holds(rule: object) -> None:
    assert callable(rule)
    assert list(rule(ROOT)) == []


@pytest.mark.parametrize("rule", [*CODE_RULES, *FILE_RULES], ids=lambda r: r.__name__)
def test_the_rule_tells_what_it_guards_against(rule: object) -> None:
    assert "Guards against: " in (rule.__doc__ or "")


def names(lock: str) -> dict[str, str]:
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    pins = [line.split()[0] for line in lines if "==" in line]
    return dict(pin.split("==") for pin in pins)


def test_the_developers_lock_holds_the_products_versions() -> None:
    product, developers = names("requirements.lock"), names("requirements-dev.lock")

    assert product.items() <= developers.items()


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = project["project"]["dependencies"] + project["build-system"]["requires"]

    for requirement in wanted:
        name = requirement.partition(";")[0].partition(">")[0].partition("=")[0]
        assert name in names("requirements.lock")


def test_the_build_backend_is_the_locked_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

    assert project["build-system"]["requires"] == [
        f"hatchling=={names('requirements.lock')['hatchling']}"
    ]


def test_the_licence_is_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")

    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_the_notice_names_everything_vendored() -> None:
    notice = (ROOT / "NOTICE").read_text("utf-8")

    for sums in (ROOT / "src").rglob("SHA256SUMS"):
        assert sums.parent.name.replace("-", " ") in notice.lower()
        assert (sums.parent / "LICENSE").exists()


def test_the_package_ships_its_feature_trace() -> None:
    packaged = files("habitue.demo").joinpath("features.md").read_text("utf-8")

    assert packaged == (ROOT / "docs" / "features.md").read_text("utf-8")


def test_ci_runs_the_readmes_test_command_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]

    assert commands[-1].endswith("make test")
    assert "make test" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("script", sorted((ROOT / "tools").glob("*.sh")))
def test_the_script_parses_and_can_be_run(script: Path) -> None:
    subprocess.run(["bash", "-n", script], check=True)

    assert script.stat().st_mode & 0o111


def test_each_file_that_is_taken_first_exists() -> None:
    assert [file for file in LONGEST if not (ROOT / file).is_file()] == []
