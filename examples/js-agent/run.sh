#!/usr/bin/env bash
# One command: the JavaScript agent behind Spangate, then its chain.
#
#   ./run.sh                                     with the demo's scripted model and MCP servers
#   SPANGATE_URL=http://127.0.0.1:8080 ./run.sh  with a gateway of yours
#
# Needs Node 18 or newer with npm.
set -euo pipefail
cd "$(dirname "$0")"
command -v npm >/dev/null || { echo "js-agent needs Node.js with npm; install it and try again." >&2; exit 69; }
[ node_modules -nt package.json ] || npm install --silent --no-progress --no-package-lock
../serve.sh node agent.mjs
