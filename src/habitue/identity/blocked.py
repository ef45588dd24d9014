"""Values that many people share because nobody was named: never an identifier."""

# Compared without regard to case, in every kind.
BLOCKED_VALUES = frozenset(
    {
        "",
        "-",
        "-1",
        "?",
        "n/a",
        "n.a.",
        "na",
        "nan",
        "nil",
        "none",
        "null",
        "(null)",
        "<null>",
        "\\n",
        "undefined",
        "unknown",
        "(not set)",
        "not set",
        "empty",
        "true",
        "false",
        "guest",
        "anon",
        "anonymous",
        "[]",
        "{}",
        "test@test",
        # What every emulator and every old handset of one maker answers.
        "9774d56d682e549c",
        "02:00:00:00:00:00",
    }
)

# Whole values, in lower case.
BLOCKED_PATTERNS = (
    # Zeros: a number, a phone, a card, a uuid that was never filled in.
    r"\+?[0\s().:-]+",
    r"0x0+",
    # What a browser prints for an object, a number that is none, a function.
    r"\[object [a-z]*\]",
    r"-?infinity",
    r"test@test\..*",
    r"(null|undefined|none|nan)@(null|undefined|none|nan)(\..*)?",
    # A template that nobody filled in.
    r"\{\{.*\}\}",
    r"\$\{.*\}",
    r"%%.*%%",
    r"\*\|.*\|\*",
)
