#!/usr/bin/env bash
# Builds Spangate's image without pulling anything: from this machine's JDK and C library.
#
# Usage: deploy/image/build.sh [TAG]      (default spangate:local; needs a Docker or Podman engine and a JDK 25)
set -euo pipefail
tag=${1:-spangate:local}
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
engine=${ENGINE:-$(command -v docker || command -v podman || true)}
[ -n "$engine" ] || { echo "build.sh: no docker and no podman found; install one of them" >&2; exit 69; }
"$engine" info >/dev/null 2>&1 || { echo "build.sh: $engine has no running engine; start it (dockerd)" >&2; exit 69; }
JAVA_HOME=$("$source/spangate" jdk)
export JAVA_HOME
work="$source/target/image"
mkdir -p "$work"
"$source/spangate" build
echo "Collecting the root file system ..."
"$here/rootfs.sh" "$work/rootfs"
echo "Building $tag without the AOT cache ..."
"$engine" build -q -f "$here/Dockerfile.local" -t "$tag-bare" "$work" >/dev/null
echo "Training the AOT cache with one demo run ..."
container=$("$engine" create --entrypoint /opt/java/bin/java --user 0 "$tag-bare" \
  -XX:+UseCompactObjectHeaders -XX:+UseSerialGC -XX:AOTCacheOutput=/opt/spangate/spangate.aot \
  -cp '/opt/spangate/lib/*' dev.spangate.demo.Main --json)
"$engine" start -a "$container" >/dev/null
"$engine" cp "$container:/opt/spangate/spangate.aot" "$work/rootfs/opt/spangate/spangate.aot"
"$engine" rm "$container" >/dev/null
"$engine" build -q -f "$here/Dockerfile.local" -t "$tag" "$work" >/dev/null
"$engine" rmi "$tag-bare" >/dev/null
"$engine" image inspect --format 'Built {{index .RepoTags 0}}: {{.Size}} bytes' "$tag"
