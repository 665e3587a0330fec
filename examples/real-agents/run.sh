#!/usr/bin/env bash
# Runs real, unmodified coding agents against a Spangate gateway, offline, and prints their chains.
#
#   ./run.sh                 Claude Code: one session
#   ./run.sh codex           Codex (Responses API)
#   ./run.sh all             every scenario; --help lists them
#
# Installs Node 22, the agents and the MCP servers from npm into target/ (about 1 GB) at the first run.
set -euo pipefail
cd "$(dirname "$0")"
if ! command -v npm >/dev/null; then
  echo "real-agents needs npm (Node 20 or newer) to install the agents. Install Node.js and try again." >&2
  exit 75
fi
tools=target/tools
mkdir -p "$tools"
need() { [ -e "$tools/node_modules/$1/package.json" ]; }
if ! need node || ! need @modelcontextprotocol/server-everything; then
  echo "Installing Node 22 and the MCP server (once) ..."
  [ -e "$tools/package.json" ] || echo '{"private":true,"allowScripts":{"node":true,"@anthropic-ai/claude-code":true}}' >"$tools/package.json"
  (cd "$tools" && npm install --silent --no-progress node@22 @modelcontextprotocol/server-everything)
fi
PATH="$PWD/$tools/node_modules/node/bin:$PATH"
export PATH
if ! need @anthropic-ai/claude-code || ! need @openai/codex; then
  echo "Installing Claude Code and Codex (once) ..."
  (cd "$tools" && npm install --silent --no-progress @anthropic-ai/claude-code @openai/codex)
fi
exec node run.mjs "$@"
