#!/usr/bin/env bash
# Make .venv and fill it from a lock file; does nothing where that was done already.
# usage: tools/venv.sh LOCK
set -euo pipefail
cd "$(dirname "$0")/.."
lock=$1
python=${PYTHON:-python3}

fail() { echo "$1" >&2; exit 1; }

command -v "$python" >/dev/null ||
  fail "Habitué needs Python 3.11 or newer: run 'apt-get install python3 python3-venv', then try again."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  fail "Habitué needs Python 3.11 or newer; '$python' is $("$python" --version 2>&1). Name another one with PYTHON=python3.11."

# A second lock leaves the first one's stamp: what one brought, the other keeps.
wanted=$(cat "$lock" pyproject.toml | sha256sum | cut -d' ' -f1)
stamp=.venv/.$(basename "$lock").sha256
if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then
  exit 0
fi

if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Python's venv module is missing here; installing python3-venv ..." >&2
    { apt-get update && apt-get install -y --no-install-recommends python3-venv; } >/dev/null ||
      fail "apt-get could not install python3-venv. Install it by hand, then try again."
  else
    fail "Python's venv module is missing: run 'sudo apt-get install python3-venv', then try again."
  fi
fi

.venv/bin/python -c '' 2>/dev/null || { rm -rf .venv; "$python" -m venv .venv; }
echo "Installing what ${lock} names into .venv (takes up to a minute) ..." >&2
# Python compiles what it imports when it first does; all of it takes pip half its time.
pip=(.venv/bin/python -m pip --disable-pip-version-check install --quiet --no-compile)
# Half of it beside the other half: to unpack is work of one core. Then all of it, which
# finds what is there, and would refuse a lock that names too little.
for half in 0 1; do
  awk -v half=$half '/==/ { n++ } n % 2 == half' "$lock" >.venv/.half$half
  "${pip[@]}" --no-deps --require-hashes -r .venv/.half$half &
done
wait -n
wait -n
rm .venv/.half0 .venv/.half1
"${pip[@]}" --require-hashes -r "$lock"
# The build backend came with the lock, so nothing is fetched unlocked for the build.
"${pip[@]}" --no-deps --no-build-isolation --editable .
echo "$wanted" >"$stamp"
