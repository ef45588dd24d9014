#!/usr/bin/env bash
# Have ready what the tests need beside Python: PostgreSQL's programs and a browser.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! ls -d /usr/lib/postgresql/*/bin >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "PostgreSQL is missing here; installing Debian's ..." >&2
    { apt-get update && apt-get install -y --no-install-recommends postgresql; } >/dev/null
  else
    echo "The tests need PostgreSQL: run 'sudo apt-get install postgresql', then try again." >&2
    exit 1
  fi
fi
tools/chromium.sh >/dev/null
