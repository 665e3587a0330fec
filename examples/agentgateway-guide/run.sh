#!/usr/bin/env bash
# The AgentGateway guide's recipe, on this machine: gateway -> OTLP gRPC -> Collector -> Langfuse.
#
#   ./run.sh                 starts both, sends one marked run through them, reads it back, stops both
#   ./run.sh --stay          stays up for agents of yours until Ctrl-C
#
# With LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY (and LANGFUSE_HOST) the Collector sends to Langfuse and the run is read
# back from its API; without, from the file that the Collector writes. With OPENAI_API_KEY the guide's own request is sent, too.
# Needs a Collector with the file exporter and file_storage: OTELCOL, otelcol-contrib or otelcol on the path, or the one
# that `./spangate test collector` builds. Exit codes: 0 whole, 1 not, 69 no Collector.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
spangate=${SPANGATE:-$here/../../spangate}
export GUIDE_HOST=${GUIDE_HOST:-127.0.0.1} GUIDE_GRPC_PORT=${GUIDE_GRPC_PORT:-4317} GUIDE_PORT=${GUIDE_PORT:-8080}
own_dir=""
if [ -z "${GUIDE_DIR:-}" ]; then own_dir=$(mktemp -d); GUIDE_DIR=$own_dir; fi
export GUIDE_DIR

collector() {
  local candidate
  for candidate in "${OTELCOL:-}" otelcol-contrib otelcol "$HOME"/.cache/spangate/otelcol-*/otelcol; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1; then echo "$candidate"; return; fi
  done
  echo "No OpenTelemetry Collector: set OTELCOL, install otelcol-contrib, or let ./spangate test collector build one" >&2
  exit 69
}

pids=()
stop() {
  for pid in ${pids[@]+"${pids[@]}"}; do kill "$pid" 2>/dev/null || true; done
  for pid in ${pids[@]+"${pids[@]}"}; do wait "$pid" 2>/dev/null || true; done
  [ -z "$own_dir" ] || rm -rf "$own_dir"
}
trap stop EXIT

# Waits until a log or file shows that a program is ready, or says what it wrote when it ended.
await() { # what pid log pattern
  until grep -q "$4" "$3" 2>/dev/null; do
    kill -0 "$2" 2>/dev/null || { cat "$3" >&2; echo "$1 did not start" >&2; exit 1; }
    sleep 0.2
  done
}

program=$(collector)
if [ -n "${LANGFUSE_PUBLIC_KEY:-}" ] && [ -n "${LANGFUSE_SECRET_KEY:-}" ]; then
  export LANGFUSE_HOST=${LANGFUSE_HOST:-https://cloud.langfuse.com} GUIDE_EXPORTERS="[otlp_http/langfuse, file]"
  LANGFUSE_BASIC=$(printf %s "$LANGFUSE_PUBLIC_KEY:$LANGFUSE_SECRET_KEY" | base64 | tr -d '\n')
  export LANGFUSE_BASIC
  echo "Collector to $LANGFUSE_HOST and a file"
else
  export GUIDE_EXPORTERS="[file]"
  echo "Collector to a file (no LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY)"
fi

"$program" --config "$here/collector.yaml" >"$GUIDE_DIR/collector.log" 2>&1 &
pids+=($!)
await "The Collector" $! "$GUIDE_DIR/collector.log" "Everything is ready"

# The gateway knows nothing of Langfuse here: that is the Collector's.
env -u LANGFUSE_PUBLIC_KEY -u LANGFUSE_SECRET_KEY "$spangate" run --config "$here/spangate.yaml" \
  >"$GUIDE_DIR/gateway.log" 2>&1 &
pids+=($!)
await "The gateway" $! "$GUIDE_DIR/gateway.log" "is ready"
echo "Gateway at http://$GUIDE_HOST:$GUIDE_PORT"

if [ -n "${OPENAI_API_KEY:-}" ]; then
  curl -sS "http://$GUIDE_HOST:$GUIDE_PORT/openai/v1/chat/completions" -H 'Content-Type: application/json' \
    -d '{"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": "Hello through the gateway"}]}'
  echo
fi

code=0
"$spangate" verify --config "$here/spangate.yaml" --otlp-file "$GUIDE_DIR/spans.json" || code=$?
if [ "${1:-}" = --stay ]; then
  echo "Still up: agents at http://$GUIDE_HOST:$GUIDE_PORT, spans in $GUIDE_DIR/spans.json. Ctrl-C ends it."
  wait
fi
exit "$code"
