"""House rules that no ready linter knows; each tells what it guards against."""
