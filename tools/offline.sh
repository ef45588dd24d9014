#!/usr/bin/env bash
# The product from what is locked, on a machine without a network.
#
#   tools/offline.sh fetch LOCK WHEELS         where there is a network: bring the wheels
#                                              that a lock names into a folder
#   tools/offline.sh install LOCK WHEELS VENV  without: make VENV of these, and of this tree
#
# Each wheel has to have a hash of the lock, whoever carried it; no index is asked.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

fetch() {
  "$python" -m pip --disable-pip-version-check download --quiet --only-binary :all: \
    --require-hashes -r "$1" -d "$2"
}

install() {
  local lock=$1 wheels=$2 venv=$3 pip
  # What this machine is set to ask besides counts for nothing.
  export PIP_CONFIG_FILE=/dev/null PIP_NO_INDEX=1
  "$python" -m venv "$venv"
  pip=("$venv/bin/python" -m pip --disable-pip-version-check install --quiet --no-compile)
  "${pip[@]}" --find-links "$wheels" --require-hashes -r "$lock"
  # The build backend came with the lock.
  "${pip[@]}" --no-deps --no-build-isolation .
  "$venv/bin/habitue" --version
}

case "${1:-} $#" in
  "fetch 3") fetch "$2" "$3" ;;
  "install 4") install "$2" "$3" "$4" ;;
  *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
