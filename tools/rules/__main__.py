"""Check all house rules: python -m tools.rules."""

import sys
from pathlib import Path

from tools.rules.code import CODE_RULES
from tools.rules.files import FILE_RULES
from tools.rules.shown import SHOWN_RULES

ROOT = Path(__file__).parent.parent.parent
RULES = (*CODE_RULES, *FILE_RULES, *SHOWN_RULES)


def main() -> int:
    broken = [line for rule in RULES for line in rule(ROOT)]
    for line in broken:
        print(line)
    kept = len(RULES)
    print(f"House rules: {kept} checked, {len(broken)} places to mend.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
