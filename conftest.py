"""What every test has: the feature trace, the proofs and the browser."""

pytest_plugins = ["tools.features", "tools.proofs"]
