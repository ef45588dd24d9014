#!/usr/bin/env bash
# Have ready what the tests need beside Python: PostgreSQL's programs and a browser.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/postgres.sh install
tools/chromium.sh install
