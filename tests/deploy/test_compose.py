"""The compose file: PostgreSQL and two web processes, each as closed as it can be."""

from typing import Any

import pytest
import yaml

from habitue.base.settings import load
from tests.deploy.images import DEPLOY

FILE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
WEBS = [name for name in FILE["services"] if name.startswith("web")]


def test_there_are_two_processes_and_one_database() -> None:
    assert sorted(FILE["services"]) == ["database", "web1", "web2"]


@pytest.mark.parametrize("name", WEBS)
def test_a_web_process_is_closed(name: str) -> None:
    web = FILE["services"][name]

    assert web["read_only"] is True
    assert web["cap_drop"] == ["ALL"]
    assert web["security_opt"] == ["no-new-privileges:true"]
    assert not web.get("privileged", False)
    assert all(port.startswith("127.0.0.1:") for port in web["ports"])


def test_each_web_process_has_a_folder_of_its_own() -> None:
    folders = {tuple(FILE["services"][name]["volumes"]) for name in WEBS}

    assert len(folders) == len(WEBS)


def test_the_database_reaches_nobody_and_has_no_port() -> None:
    database = FILE["services"]["database"]

    assert database["networks"] == ["inside"]
    assert FILE["networks"]["inside"]["internal"] is True
    assert "ports" not in database


def test_passwords_are_files_not_words() -> None:
    named = {one for web in FILE["services"].values() for one in web["secrets"]}

    assert named == set(FILE["secrets"])
    assert "PASSWORD:" not in (DEPLOY / "compose.yaml").read_text("utf-8")


@pytest.mark.parametrize("name", WEBS)
def test_its_settings_are_ones_that_there_are(name: str, tmp_path: Any) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://h")
    told = FILE["services"][name]["environment"]

    assert list(told) == ["HABITUE_DATABASE__URL_FILE"]
    environ = {"HABITUE_DATABASE__URL_FILE": str(secret)}
    assert load(environ=environ).database.url == "postgresql://h"


def test_volumes_networks_and_secrets_that_are_used_are_declared() -> None:
    used = [one for web in FILE["services"].values() for one in web["volumes"]]

    assert {one.split(":")[0] for one in used} == set(FILE["volumes"])
    for web in FILE["services"].values():
        assert set(web["networks"]) <= set(FILE["networks"])
