#!/usr/bin/env bash
# Install the clients of other vendors that run on node, from their lock; print where.
# The lock names no registry: it holds wherever npm finds the packages.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v node >/dev/null || [ "$(node --print 'process.versions.node.split(".")[0]')" -lt 20 ]; then
  echo "The tests of node's clients need node 20 or newer: install it, then try again." >&2
  exit 1
fi
folder=.cache/clients
mkdir -p $folder
# Two test processes may ask at once; the second one finds it done.
exec 9>$folder/.lock
flock 9
wanted=$(cat tools/clients/package-lock.json | sha256sum | cut -d' ' -f1)
if [ "$(cat $folder/.stamp 2>/dev/null)" != "$wanted" ]; then
  cp tools/clients/package.json tools/clients/package-lock.json $folder/
  npm ci --prefix $folder --ignore-scripts --no-audit --no-fund --silent >&2
  echo "$wanted" >$folder/.stamp
fi
echo "$PWD/$folder"
