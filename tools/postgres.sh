#!/usr/bin/env bash
# A throw-away PostgreSQL for tests and benchmarks: reached by a socket, no port taken.
#
#   tools/postgres.sh install      install the server by apt if it is missing (as root)
#   tools/postgres.sh start DIR [OPTIONS]
#                                  make a cluster in the new folder DIR, print its URL;
#                                  OPTIONS are more words for the server
#   tools/postgres.sh follow DIR OF
#                                  make a standby of the cluster in OF, print its URL
#   tools/postgres.sh promote DIR  have a standby take over
#   tools/postgres.sh restart DIR  end it as a crash does, and start it again
#   tools/postgres.sh stop DIR     stop it and remove the folder
#
# DIR lies in /tmp: the server's user can't enter a home, and sockets have short paths.
set -euo pipefail

programs() {
  ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1
}

install() {
  [ -z "$(programs)" ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "PostgreSQL is missing here; installing Debian's ..." >&2
    apt-get update >/dev/null
    apt-get install -y --no-install-recommends postgresql >/dev/null
  else
    echo "PostgreSQL is missing here: run 'sudo apt-get install postgresql', then try again." >&2
    exit 1
  fi
}

# The server refuses to run as root: its own user runs it then.
as_server() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

# Make the folder of a cluster, and go there.
folder() {
  local dir=$1
  [ -n "$(programs)" ] || { echo "PostgreSQL is missing here: run tools/postgres.sh install." >&2; exit 1; }
  mkdir -p "$dir"
  chmod 711 "$dir"
  if [ "$(id -u)" = 0 ]; then chown postgres: "$dir"; fi
  # runuser keeps the working directory, and the server's user may not read this one.
  cd "$dir"
}

start() {
  local dir=$1 more=${2:-}
  folder "$dir"
  as_server "$(programs)/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 \
    --locale=C.UTF-8 --no-sync >/dev/null
  run "$dir" "$more"
}

# Run the cluster of a folder, and print its URL.
run() {
  local dir=$1 more=$2
  as_server "$(programs)/pg_ctl" -D "$dir/data" -w -l "$dir/log" \
    -o "-c listen_addresses='' -c unix_socket_directories=$dir $more" start >/dev/null
  echo "postgresql://postgres@/postgres?host=$dir"
}

follow() {
  local dir=$1 of=$2
  folder "$dir"
  as_server "$(programs)/pg_basebackup" -h "$of" -U postgres -D "$dir/data" -R \
    --no-sync --checkpoint=fast
  run "$dir" ""
}

promote() {
  local dir=$1
  cd "$dir"
  as_server "$(programs)/pg_ctl" -D "$dir/data" -w promote >/dev/null
}

restart() {
  local dir=$1
  cd "$dir"
  # Without words for the server: those of its start are kept beside its data.
  as_server "$(programs)/pg_ctl" -D "$dir/data" -w -m immediate -l "$dir/log" restart >/dev/null
}

stop() {
  local dir=$1
  # A run that was killed may have left a folder in which no server ever ran.
  if [ -f "$dir/data/postmaster.pid" ]; then
    cd "$dir"
    as_server "$(programs)/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null || true
    cd /
  fi
  rm -rf "$dir"
}

case "${1:-}" in
  install) install ;;
  start) start "${2:?Name the folder of the cluster, one in /tmp.}" "${3:-}" ;;
  follow) follow "${2:?Name the folder of the standby, one in /tmp.}" "${3:?Name the folder of its primary.}" ;;
  promote) promote "${2:?Name the folder of the standby.}" ;;
  restart) restart "${2:?Name the folder of the cluster.}" ;;
  stop) stop "${2:?Name the folder of the cluster.}" ;;
  *) sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
