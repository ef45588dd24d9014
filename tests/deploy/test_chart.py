"""The chart: one replica that owns its volume, probed, closed."""

import re
from pathlib import Path
from typing import Any

import pytest

from habitue import __version__
from habitue.base.settings import declared, load
from tests.deploy.charts import chart, render, templates, values

SET = render(next(one for one in templates() if one.stem == "statefulset"))
POD = SET["spec"]["template"]["spec"]
CONTAINER = POD["containers"][0]


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.stem)
def test_a_template_makes_an_object_of_this_release(path: Path) -> None:
    made = render(path)

    assert {"apiVersion", "kind", "metadata", "spec"} <= made.keys()
    assert made["metadata"]["name"] == "shop"
    assert made["metadata"]["labels"]["app.kubernetes.io/instance"] == "shop"


def test_every_value_is_used_and_every_use_has_a_value() -> None:
    text = "".join(path.read_text("utf-8") for path in templates())

    assert set(re.findall(r"\.Values\.(\w+)", text)) == set(values())


def test_it_is_the_chart_of_this_version() -> None:
    assert chart()["appVersion"] == __version__
    assert values()["image"].endswith(f":{__version__}")


def test_one_replica_owns_one_volume() -> None:
    assert SET["kind"] == "StatefulSet"
    assert SET["spec"]["replicas"] == 1
    claims = SET["spec"]["volumeClaimTemplates"]
    assert [one["spec"]["accessModes"] for one in claims] == [["ReadWriteOnce"]]


def test_it_is_ready_when_its_canary_went_through_and_alive_when_it_answers() -> None:
    asked = {
        name: CONTAINER[name]["httpGet"]["path"]
        for name in ("readinessProbe", "livenessProbe", "startupProbe")
    }

    assert asked == {
        "readinessProbe": "/readyz",
        "livenessProbe": "/healthz",
        "startupProbe": "/healthz",
    }


def test_the_container_is_closed() -> None:
    own, of_all = CONTAINER["securityContext"], POD["securityContext"]

    assert own["readOnlyRootFilesystem"] is True
    assert own["allowPrivilegeEscalation"] is False
    assert own["capabilities"] == {"drop": ["ALL"]}
    assert of_all["runAsNonRoot"] is True
    assert of_all["seccompProfile"] == {"type": "RuntimeDefault"}
    assert POD["automountServiceAccountToken"] is False


def test_what_is_mounted_is_there() -> None:
    claims = {one["metadata"]["name"] for one in SET["spec"]["volumeClaimTemplates"]}
    made = {one["name"] for one in POD["volumes"]}

    assert {one["name"] for one in CONTAINER["volumeMounts"]} == claims | made


def test_its_settings_are_ones_that_there_are() -> None:
    known = {entry.variable for entry in declared().values()} | {"HABITUE_DATA"}
    told: dict[str, Any] = {
        one["name"]: one.get("value", "") for one in CONTAINER["env"]
    }

    assert told.keys() <= known
    assert str(load(environ=told).data.folder) == "/data/habitue"


def test_a_value_that_says_more_stays_one_value() -> None:
    hostile = 'x", "privileged": "y'
    made = render(templates()[-1], image=hostile)

    assert made["spec"]["template"]["spec"]["containers"][0]["image"] == hostile
