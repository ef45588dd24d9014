"""What the dashboard shows and the alarms watch is what a real server exposes."""

import json
import re
from typing import Any

import pytest
import yaml

from tests.acceptance.shop import Shop
from tests.deploy.images import DEPLOY, ROOT

METRIC = re.compile(r"\b((?:habitue|process)_[a-z_]+)\b")
BOARD: dict[str, Any] = json.loads(
    (DEPLOY / "grafana" / "habitue.json").read_text("utf-8")
)
ALERTS: dict[str, Any] = yaml.safe_load(
    (DEPLOY / "prometheus" / "alerts.yml").read_text("utf-8")
)
RULES: list[dict[str, Any]] = [one for g in ALERTS["groups"] for one in g["rules"]]


@pytest.fixture(scope="module")
def exposed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Name every series, and family, that a server exposes."""
    shop = Shop(tmp_path_factory.mktemp("watched") / "data").start()
    raw = shop.request("GET", "/metrics")[2].decode()
    assert shop.stop() == 0
    told = re.findall(r"(?m)^# TYPE (\S+)", raw)
    return {*told, *re.findall(r"(?m)^([a-z_]+)[ {]", raw)}


def test_every_metric_of_the_dashboard_is_exposed(exposed: set[str]) -> None:
    asked = [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]
    named = set(METRIC.findall(" ".join(asked)))

    assert len(named) > 12
    assert named <= exposed


def test_every_metric_that_is_exposed_is_on_the_dashboard(exposed: set[str]) -> None:
    asked = json.dumps(BOARD)

    ours = {name for name in exposed if name.startswith("habitue_")}
    assert {name for name in ours if name not in asked} == set()


def test_every_metric_of_an_alarm_is_exposed(exposed: set[str]) -> None:
    named = set(METRIC.findall(" ".join(rule["expr"] for rule in RULES)))

    assert named
    assert named <= exposed


def test_every_alarm_says_what_it_means_and_how_bad_it_is() -> None:
    for rule in RULES:
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_panels_stand_apart() -> None:
    ids = [panel["id"] for panel in BOARD["panels"]]
    places = [tuple(panel["gridPos"].values()) for panel in BOARD["panels"]]

    assert len(set(ids)) == len(ids)
    assert len(set(places)) == len(places)


def test_commands_that_alarms_name_exist() -> None:
    for rule in RULES:
        for words in re.findall(r"`habitue (\w+)", rule["annotations"]["summary"]):
            assert (ROOT / "src" / "habitue" / "cli" / f"{words}.py").exists()
