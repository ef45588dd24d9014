"""What a caller may do: nothing, unless a role it holds says so."""

from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """One thing a caller may do; every route names the one it needs."""

    EVENTS_WRITE = "events:write"
    PEOPLE_READ = "people:read"
    TOTALS_READ = "totals:read"
    PEOPLE_MERGE = "people:merge"
    CONSOLE_OPEN = "console:open"
    SOURCES_READ = "sources:read"
    SOURCES_WRITE = "sources:write"
    OPERATORS_WRITE = "operators:write"
    CATALOG_READ = "catalog:read"
    CATALOG_WRITE = "catalog:write"
    KINDS_READ = "kinds:read"
    KINDS_WRITE = "kinds:write"
    STAFF_READ = "staff:read"
    STAFF_WRITE = "staff:write"
    SCORES_READ = "scores:read"
    SCORES_WRITE = "scores:write"
    SEGMENTS_READ = "segments:read"
    SEGMENTS_WRITE = "segments:write"
    CHANNELS_READ = "channels:read"
    CHANNELS_WRITE = "channels:write"
    QUARANTINE_READ = "quarantine:read"
    QUARANTINE_REPLAY = "quarantine:replay"
    LOG_VERIFY = "log:verify"
    EXPORT = "export"
    PRIVACY_READ = "privacy:read"
    PRIVACY_EXPORT = "privacy:export"
    PRIVACY_ERASE = "privacy:erase"


class Role(StrEnum):
    """What kind of work somebody does here."""

    ADMINISTRATOR = "administrator"
    AGENT = "agent"
    ANALYST = "analyst"
    PUBLIC_KEY = "public_key"
    SERVER_KEY = "server_key"
    # A key that lives as long as the import of one file.
    IMPORT_KEY = "import_key"


# A role that is not listed may do nothing. A public key can never read; a server
# key writes, unless it was made for something else of what one can be made for.
ROLES = MappingProxyType(
    {
        Role.ADMINISTRATOR: frozenset(Permission),
        Role.AGENT: frozenset(
            {
                Permission.EVENTS_WRITE,
                Permission.PEOPLE_READ,
                Permission.PEOPLE_MERGE,
                Permission.TOTALS_READ,
                Permission.CATALOG_READ,
                Permission.CONSOLE_OPEN,
            }
        ),
        Role.ANALYST: frozenset(
            {
                Permission.PEOPLE_READ,
                Permission.TOTALS_READ,
                Permission.CONSOLE_OPEN,
                Permission.SOURCES_READ,
                Permission.CATALOG_READ,
                Permission.KINDS_READ,
                Permission.STAFF_READ,
                Permission.SCORES_READ,
                Permission.CHANNELS_READ,
                Permission.SEGMENTS_READ,
                Permission.QUARANTINE_READ,
            }
        ),
        Role.PUBLIC_KEY: frozenset({Permission.EVENTS_WRITE}),
        Role.SERVER_KEY: frozenset({Permission.EVENTS_WRITE}),
        Role.IMPORT_KEY: frozenset({Permission.EVENTS_WRITE}),
    }
)
# What a server's key can be made for.
SCOPES = frozenset(
    {
        Permission.EVENTS_WRITE,
        Permission.PEOPLE_READ,
        Permission.CATALOG_READ,
        Permission.CATALOG_WRITE,
    }
)


def may(role: Role | str, permission: Permission) -> bool:
    """Say whether a role may do something; an unknown role may do nothing.

    >>> may(Role.AGENT, Permission.PEOPLE_READ), may("janitor", Permission.EXPORT)
    (True, False)
    """
    try:
        return permission in ROLES[Role(role)]
    except ValueError:
        return False
