"""What every test has: the feature trace, the proofs, and its turn."""

pytest_plugins = ["tools.features", "tools.proofs", "tools.told", "tools.turns"]
