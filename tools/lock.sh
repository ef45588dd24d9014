#!/usr/bin/env bash
# Choose the versions of all dependencies anew and write them down with hashes.
# No index and no address stands in a lock: it holds wherever pip finds the packages.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=.cache/lock/bin/uv
[ -x "$uv" ] || { python3 -m venv .cache/lock && .cache/lock/bin/pip install --quiet uv==0.13.9; }
compile() {
  "$uv" pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
    --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"
}
compile pyproject.toml --group build -o requirements.lock
# The same with the driver of PostgreSQL, for who runs on it.
compile pyproject.toml --extra postgres --group build \
  -c requirements.lock -o requirements-postgres.lock
# The developers' set holds the product's very versions.
compile pyproject.toml --extra postgres --group build --group dev \
  -c requirements.lock -o requirements-dev.lock
