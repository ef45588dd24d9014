"""What every test has: the feature trace and the browser."""

pytest_plugins = ["tools.features"]
