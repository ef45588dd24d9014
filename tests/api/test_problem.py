"""Problems say when to come again, where waiting helps."""

import pytest
from litestar import Litestar, get
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.testing import TestClient

from habitue.api.guard import OPEN
from habitue.api.operations import operation_routes
from habitue.api.problem import HANDLERS
from habitue.base.errors import NotFoundError, StorageError


@get("/storage", permission=OPEN, sync_to_thread=False)
def storage() -> None:
    """Fail as a full disk does."""
    raise StorageError("The disk is full.")


@get("/later", permission=OPEN, sync_to_thread=False)
def later() -> None:
    """Tell when to come again."""
    raise HTTPException("Busy.", status_code=503, headers={"Retry-After": "60"})


@get("/nowhere", permission=OPEN, sync_to_thread=False)
def nowhere() -> None:
    """Find nothing."""
    raise NotFoundError("There is no such person.")


@get("/people/{who:str}", permission=OPEN, sync_to_thread=False)
def person(who: FromPath[str]) -> None:
    """Fail at a person, whom the error quotes."""
    raise KeyError(who)


class Unwell:
    """Operations of a process that is not well."""

    def health(self):
        return {"healthy": False}

    async def ready(self):
        return {"ready": False}


@pytest.fixture(scope="module")
def client():
    routes = [storage, later, nowhere, person, *operation_routes(Unwell())]
    app = Litestar(routes, exception_handlers=HANDLERS, openapi_config=None)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("path", ["/storage", "/healthz", "/readyz"])
def test_an_answer_of_not_now_says_when_to_come_again(client, path):
    answer = client.get(path)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_what_went_wrong_at_a_person_is_logged_without_them(client, caplog):
    answer = client.get("/people/zoe@shop.example")

    assert answer.status_code == 500
    (said,) = (one.message for one in caplog.records if one.name == "habitue.api")
    assert said.startswith("GET /people/{who} failed: KeyError by ")
    assert "test_problem.py:" in said
    assert "zoe" not in said


def test_who_knows_better_when_to_come_again_says_so(client):
    assert client.get("/later").headers["retry-after"] == "60"


def test_what_will_not_pass_by_itself_is_not_to_be_tried_again(client):
    answer = client.get("/nowhere")

    assert answer.status_code == 404
    assert "retry-after" not in answer.headers
