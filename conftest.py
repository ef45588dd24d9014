"""What every test has: the feature trace, the proofs, its turn, and room to run in."""

pytest_plugins = [
    *(
        "tools.examples",
        "tools.features",
        "tools.frozen",
        "tools.memory",
        "tools.proofs",
        "tools.told",
        "tools.turns",
    ),
]
