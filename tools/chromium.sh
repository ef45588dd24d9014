#!/usr/bin/env bash
# Print the path of a Chromium for the page's tests; fetch Debian's if there is none.
set -euo pipefail
find_one() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
if ! find_one; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Chromium is missing here; installing Debian's ..." >&2
    { apt-get update && apt-get install -y --no-install-recommends chromium; } >/dev/null
    find_one
  else
    echo "The page's tests need Chromium: run 'sudo apt-get install chromium', then try again." >&2
    exit 1
  fi
fi
