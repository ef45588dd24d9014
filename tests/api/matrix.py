"""Who may do what, as it was decided: roles by letters, one permission a line.

It stands here beside habitue.access.permission, so that a right given by mistake there
differs from what was decided. A administrator, M marketer, Y analyst, G agent,
S store, D data keeper (steward), U auditor, R director; p key of a browser, k key of a
server, i key of an import.
"""

from habitue.access.permission import Permission, Role

LETTERS = {
    "A": Role.ADMINISTRATOR,
    "M": Role.MARKETER,
    "Y": Role.ANALYST,
    "G": Role.AGENT,
    "S": Role.STORE,
    "D": Role.STEWARD,
    "U": Role.AUDITOR,
    "R": Role.DIRECTOR,
    "p": Role.PUBLIC_KEY,
    "k": Role.SERVER_KEY,
    "i": Role.IMPORT_KEY,
}
_DECIDED = """
events:write        AGSpki
people:read         AMYGSDR
people:views        AMYGSDR
names:read          AGSD
contacts:read       AD
people:reveal       AG
people:note         AGSD
people:merge        AGD
totals:read         AMYGR
console:open        AMYGSDUR
sources:read        AMYDUR
sources:write       A
imports:read        AM
imports:write       AM
imports:undo        AM
operators:read      AUR
operators:write     A
catalog:read        AMYGSDR
catalog:write       A
kinds:read          AYDU
kinds:write         A
staff:read          AYDU
staff:write         A
scores:read         AMYGR
scores:write        AM
segments:read       AMYR
segments:write      AM
segments:export     AM
channels:read       AMYR
channels:write      AM
quarantine:read     AYD
quarantine:replay   AD
settings:read       AU
settings:write      A
audit:read          AUR
baits:read          A
baits:write         A
log:verify          AUR
export              A
privacy:read        AU
privacy:export      A
privacy:erase       A
lake:query          AY
insights:read       AMYR
"""
MATRIX = {
    Permission(name): frozenset(LETTERS[one] for one in letters.replace(".", ""))
    for name, letters in (line.split() for line in _DECIDED.strip().splitlines())
}
# What is written down before it is done, whoever does it.
_WRITTEN_DOWN = """
people:reveal people:merge sources:write imports:write imports:undo operators:write
kinds:write staff:write settings:write catalog:write channels:write quarantine:replay
scores:write segments:write segments:export privacy:export privacy:erase export
baits:write
"""
WRITTEN_DOWN = frozenset(map(Permission, _WRITTEN_DOWN.split()))
