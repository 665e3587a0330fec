#!/usr/bin/env bash
# Checks a deployed gateway end to end: collector healthy (if named), gateway ready, a marked run sent through it and read
# back from Langfuse with its links, tokens, input and output. Exit code 0 only if all of it holds.
#
# Usage: scripts/verify.sh GATEWAY_URL [--admin URL] [--collector URL] [verify options, see ./spangate verify --help]
# Example: scripts/verify.sh http://127.0.0.1:8080 --admin http://127.0.0.1:9090 --collector http://127.0.0.1:13133
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,7s/^# //p' "$0" >&2; exit 64; }
gateway=${1%/}
shift
admin=http://127.0.0.1:9090
collector=""
rest=()
while [ $# -gt 0 ]; do
  case "$1" in
    --admin) admin=${2%/}; shift 2 ;;
    --collector) collector=${2%/}; shift 2 ;;
    *) rest+=("$1"); shift ;;
  esac
done
if [ -n "$collector" ]; then
  curl -fsS -m 10 -o /dev/null "$collector/" || { echo "collector: not healthy at $collector (is the health_check extension on?)" >&2; exit 1; }
  echo "collector: healthy"
fi
curl -fsS -m 10 -o /dev/null "$admin/health/ready" || { echo "gateway: not ready at $admin/health/ready" >&2; exit 1; }
echo "gateway: ready"
exec "$(dirname "$0")/../spangate" verify --gateway "$gateway" --admin "$admin" ${rest[@]+"${rest[@]}"}
