"""Who may do what: nothing, unless a role says so."""

import pytest

from habitue.access.permission import ROLES, Permission, Role, may

READS = {
    Permission.PEOPLE_READ,
    # What is kept is a search of one's own, or the team's: nothing of a customer's.
    Permission.PEOPLE_VIEWS,
    Permission.TOTALS_READ,
    Permission.CONSOLE_OPEN,
    Permission.SOURCES_READ,
    Permission.KINDS_READ,
    Permission.CATALOG_READ,
    Permission.STAFF_READ,
    Permission.CHANNELS_READ,
    Permission.SCORES_READ,
    Permission.SEGMENTS_READ,
    Permission.QUARANTINE_READ,
    Permission.EXPORT,
    Permission.LOG_VERIFY,
    Permission.LAKE_QUERY,
    Permission.INSIGHTS_READ,
}


@pytest.mark.parametrize("permission", list(Permission))
def test_who_has_no_known_role_may_do_nothing(permission: Permission) -> None:
    assert not may("", permission)
    assert not may("root", permission)


def test_every_role_is_listed() -> None:
    assert ROLES.keys() == set(Role)


@pytest.mark.parametrize("role", [Role.PUBLIC_KEY, Role.SERVER_KEY])
@pytest.mark.parametrize(
    "permission", sorted(set(Permission) - {Permission.EVENTS_WRITE})
)
def test_a_key_writes_events_and_nothing_else(
    role: Role, permission: Permission
) -> None:
    assert may(role, Permission.EVENTS_WRITE)
    assert not may(role, permission)


def test_an_agent_reads_people_and_takes_nothing_out() -> None:
    assert may(Role.AGENT, Permission.PEOPLE_READ)
    assert not may(Role.AGENT, Permission.EXPORT)
    assert not may(Role.AGENT, Permission.SOURCES_WRITE)


def test_an_analyst_changes_nothing() -> None:
    changes = set(Permission) - READS

    assert not any(may(Role.ANALYST, permission) for permission in changes)


@pytest.mark.parametrize("permission", list(Permission))
def test_an_administrator_may_do_everything(permission: Permission) -> None:
    assert may(Role.ADMINISTRATOR, permission)


def test_no_role_can_be_widened_at_run_time() -> None:
    with pytest.raises(TypeError):
        ROLES[Role.AGENT] = frozenset(Permission)  # type: ignore[index]
