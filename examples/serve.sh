#!/usr/bin/env bash
# Runs an agent behind Spangate: ./serve.sh COMMAND [ARGUMENTS]
#
# With SPANGATE_URL set, behind that gateway. Else behind one that it starts for the purpose, with
# the demo's scripted model and MCP servers, and whose chains it prints when the agent is done.
# The exit code is the agent's, or 1 when a tool execution is not linked.
set -euo pipefail
if [ -n "${SPANGATE_URL:-}" ]; then
  exec "$@"
fi
spangate="$(dirname "$0")/../spangate"
log=$(mktemp)
"$spangate" demo --serve >"$log" &
gateway=$!
trap 'kill "$gateway" 2>/dev/null || true; rm -f "$log"' EXIT
until grep -q '^SPANGATE_URL=' "$log"; do
  kill -0 "$gateway" 2>/dev/null || { cat "$log"; echo "the gateway did not start" >&2; exit 1; }
  sleep 0.2
done
export "$(grep '^SPANGATE_URL=' "$log")"
code=0
"$@" || code=$?
kill -TERM "$gateway"
linked=0
wait "$gateway" || linked=$?
grep -v '^SPANGATE_' "$log" || true
[ "$code" -ne 0 ] || code=$linked
exit "$code"
