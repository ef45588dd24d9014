"""What a caller may do: nothing, unless a role it holds says so."""

from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """One thing a caller may do; every route names the one it needs."""

    EVENTS_WRITE = "events:write"
    PEOPLE_READ = "people:read"
    # How somebody is called, and how they are reached: masked for all others.
    NAMES_READ = "names:read"
    CONTACTS_READ = "contacts:read"
    # To see what is masked of one person, with a reason that is kept.
    PEOPLE_REVEAL = "people:reveal"
    # To keep searches for people under a name, and to use those of the team.
    PEOPLE_VIEWS = "people:views"
    # To note something of a person, for who looks at them next.
    PEOPLE_NOTE = "people:note"
    TOTALS_READ = "totals:read"
    PEOPLE_MERGE = "people:merge"
    CONSOLE_OPEN = "console:open"
    SOURCES_READ = "sources:read"
    SOURCES_WRITE = "sources:write"
    IMPORTS_READ = "imports:read"
    IMPORTS_WRITE = "imports:write"
    # To take back what came with a file, from everybody it told of.
    IMPORTS_UNDO = "imports:undo"
    OPERATORS_READ = "operators:read"
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
    # To take out who is in one, as a file, within the role's budget.
    SEGMENTS_EXPORT = "segments:export"
    CHANNELS_READ = "channels:read"
    CHANNELS_WRITE = "channels:write"
    QUARANTINE_READ = "quarantine:read"
    QUARANTINE_REPLAY = "quarantine:replay"
    SETTINGS_READ = "settings:read"
    SETTINGS_WRITE = "settings:write"
    AUDIT_READ = "audit:read"
    # Who is bait, so that whoever reads them is found out: it is nobody else's to know.
    BAITS_READ = "baits:read"
    BAITS_WRITE = "baits:write"
    LOG_VERIFY = "log:verify"
    EXPORT = "export"
    PRIVACY_READ = "privacy:read"
    PRIVACY_EXPORT = "privacy:export"
    PRIVACY_ERASE = "privacy:erase"
    LAKE_QUERY = "lake:query"
    # Sums over many people: journeys, attribution, experiments.
    INSIGHTS_READ = "insights:read"


class Role(StrEnum):
    """What kind of work somebody does here."""

    ADMINISTRATOR = "administrator"
    MARKETER = "marketer"
    ANALYST = "analyst"
    AGENT = "agent"
    STORE = "store"
    STEWARD = "steward"
    AUDITOR = "auditor"
    DIRECTOR = "director"
    PUBLIC_KEY = "public_key"
    SERVER_KEY = "server_key"
    # A key that lives as long as the import of one file.
    IMPORT_KEY = "import_key"


# The roles of people; the others are those of keys.
OPERATOR_ROLES = tuple(role for role in Role if not role.endswith("_key"))
_READS = frozenset(
    {
        Permission.PEOPLE_READ,
        Permission.PEOPLE_VIEWS,
        Permission.CATALOG_READ,
        Permission.CONSOLE_OPEN,
    }
)
# A role that is not listed may do nothing. A public key can never read; a server
# key writes, unless it was made for something else of what one can be made for.
ROLES = MappingProxyType(
    {
        Role.ADMINISTRATOR: frozenset(Permission),
        Role.MARKETER: _READS
        | {
            Permission.TOTALS_READ,
            Permission.INSIGHTS_READ,
            Permission.SOURCES_READ,
            Permission.IMPORTS_READ,
            Permission.IMPORTS_WRITE,
            Permission.IMPORTS_UNDO,
            Permission.CHANNELS_READ,
            Permission.CHANNELS_WRITE,
            Permission.SCORES_READ,
            Permission.SCORES_WRITE,
            Permission.SEGMENTS_READ,
            Permission.SEGMENTS_WRITE,
            Permission.SEGMENTS_EXPORT,
        },
        Role.ANALYST: _READS
        | {
            Permission.TOTALS_READ,
            Permission.INSIGHTS_READ,
            Permission.SOURCES_READ,
            Permission.KINDS_READ,
            Permission.STAFF_READ,
            Permission.CHANNELS_READ,
            Permission.SCORES_READ,
            Permission.SEGMENTS_READ,
            Permission.QUARANTINE_READ,
            Permission.LAKE_QUERY,
        },
        Role.AGENT: _READS
        | {
            Permission.EVENTS_WRITE,
            Permission.NAMES_READ,
            Permission.PEOPLE_REVEAL,
            Permission.PEOPLE_NOTE,
            Permission.PEOPLE_MERGE,
            Permission.TOTALS_READ,
            Permission.SCORES_READ,
        },
        Role.STORE: _READS
        | {Permission.EVENTS_WRITE, Permission.NAMES_READ, Permission.PEOPLE_NOTE},
        Role.STEWARD: _READS
        | {
            Permission.NAMES_READ,
            Permission.CONTACTS_READ,
            Permission.PEOPLE_NOTE,
            Permission.PEOPLE_MERGE,
            Permission.SOURCES_READ,
            Permission.KINDS_READ,
            Permission.STAFF_READ,
            Permission.QUARANTINE_READ,
            Permission.QUARANTINE_REPLAY,
        },
        Role.AUDITOR: frozenset(
            {
                Permission.CONSOLE_OPEN,
                Permission.SOURCES_READ,
                Permission.OPERATORS_READ,
                Permission.KINDS_READ,
                Permission.STAFF_READ,
                Permission.SETTINGS_READ,
                Permission.AUDIT_READ,
                Permission.LOG_VERIFY,
                Permission.PRIVACY_READ,
            }
        ),
        Role.DIRECTOR: _READS
        | {
            Permission.TOTALS_READ,
            Permission.INSIGHTS_READ,
            Permission.SOURCES_READ,
            Permission.CHANNELS_READ,
            Permission.SCORES_READ,
            Permission.SEGMENTS_READ,
            Permission.OPERATORS_READ,
            Permission.AUDIT_READ,
            Permission.LOG_VERIFY,
        },
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
# Who may do one of these signs in with a code of their telephone, too.
_NEEDS_CODE = frozenset(
    {
        Permission.EXPORT,
        Permission.SEGMENTS_EXPORT,
        Permission.PEOPLE_MERGE,
        Permission.OPERATORS_WRITE,
        Permission.SOURCES_WRITE,
        Permission.PRIVACY_ERASE,
        Permission.PRIVACY_EXPORT,
        Permission.IMPORTS_UNDO,
        Permission.SETTINGS_WRITE,
    }
)
# What is written down before it is done, with who did it.
AUDITED = frozenset(
    {
        Permission.PEOPLE_REVEAL,
        Permission.PEOPLE_MERGE,
        Permission.SOURCES_WRITE,
        Permission.IMPORTS_WRITE,
        Permission.IMPORTS_UNDO,
        Permission.OPERATORS_WRITE,
        Permission.KINDS_WRITE,
        Permission.STAFF_WRITE,
        Permission.SETTINGS_WRITE,
        Permission.CATALOG_WRITE,
        Permission.CHANNELS_WRITE,
        Permission.QUARANTINE_REPLAY,
        Permission.SCORES_WRITE,
        Permission.SEGMENTS_WRITE,
        Permission.SEGMENTS_EXPORT,
        Permission.PRIVACY_EXPORT,
        Permission.PRIVACY_ERASE,
        Permission.EXPORT,
        Permission.BAITS_WRITE,
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


def needs_code(role: Role | str) -> bool:
    """Say whether a role signs in with a second factor.

    >>> needs_code(Role.AGENT), needs_code(Role.ANALYST)
    (True, False)
    """
    return any(may(role, permission) for permission in _NEEDS_CODE)
