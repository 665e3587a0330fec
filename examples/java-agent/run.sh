#!/usr/bin/env bash
# One command: the Java agent behind Spangate, then its chain.
#
#   ./run.sh                                     with the demo's scripted model and MCP servers
#   SPANGATE_URL=http://127.0.0.1:8080 ./run.sh  with a gateway of yours
#
# Needs Maven and a JDK 17 or newer.
set -euo pipefail
cd "$(dirname "$0")"
command -v mvn >/dev/null || { echo "java-agent needs Maven; install it and try again." >&2; exit 69; }
mkdir -p target
mvn -q -B process-classes >target/build.log 2>&1 || { cat target/build.log >&2; exit 70; }
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
../serve.sh "$java" -cp "target/classes:target/lib/*" agent.TravelAgent
