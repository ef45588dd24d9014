#!/usr/bin/env bash
# Print the path of a Chromium for the tests of pages.
#
#   tools/chromium.sh          a whole one; fetches Debian's if there is none
#   tools/chromium.sh shell    the one without windows if it is there, else a whole one
#   tools/chromium.sh install  fetch both where they are missing; a whole one has to do
#
# The one without windows has the same engine and takes half the time of the processor.
set -euo pipefail
find_one() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
find_shell() { command -v chromium-headless-shell || command -v chrome-headless-shell; }

can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
fetch() {
  echo "Chromium is missing here; installing Debian's $1 ..." >&2
  { apt-get update && apt-get install -y --no-install-recommends "$1"; } >/dev/null
}

whole() {
  find_one && return
  if can_install; then
    fetch chromium
    find_one
  else
    echo "The page's tests need Chromium: run 'sudo apt-get install chromium', then try again." >&2
    exit 1
  fi
}

case "${1:-}" in
  "") whole ;;
  shell) find_shell || whole ;;
  install)
    whole >/dev/null
    if ! find_shell >/dev/null && can_install; then
      fetch chromium-headless-shell || echo "There is none here: the whole one will do." >&2
    fi
    ;;
  *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
