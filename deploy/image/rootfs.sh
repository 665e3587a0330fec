#!/usr/bin/env bash
# Puts everything that Spangate needs to run into FOLDER: a Java runtime of just the modules in use, the jars, the C
# library, and nothing else: no shell, no package manager. Used by the Dockerfile and by build.sh.
#
# Usage: rootfs.sh FOLDER      (after ./spangate build; JAVA_HOME names a JDK 25)
set -euo pipefail
root=${1:?usage: rootfs.sh FOLDER}
source=$(cd "$(dirname "$0")/../.." && pwd)
jars="$source/target/dist/lib"
java_home=${JAVA_HOME:?set JAVA_HOME to a JDK 25}
[ -d "$jars" ] || { echo "rootfs.sh: nothing is built yet; run ./spangate build first" >&2; exit 69; }

# What the jars use. jdeps cannot tell (several jars are automatic modules); the training run of the AOT cache finds what
# is missing. java.sql and java.desktop stay out.
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.xml
modules=$modules,jdk.crypto.ec,jdk.httpserver,jdk.jfr,jdk.management,jdk.unsupported,jdk.zipfs
rm -rf "$root"
mkdir -p "$root/opt" "$root/opt/spangate/lib" "$root/etc/spangate" "$root/var/lib/spangate" "$root/tmp"
"$java_home/bin/jlink" --add-modules "$modules" --strip-debug --no-man-pages --no-header-files --compress zip-6 \
  --output "$root/opt/java"
cp -p "$jars"/*.jar "$root/opt/spangate/lib/"

# The C library that the runtime's programs are linked to.
find "$root/opt/java" -type f \( -name '*.so' -o -perm -u+x \) -exec ldd {} + 2>/dev/null \
  | awk '$2 == "=>" && $3 ~ "^/" {print $3} $1 ~ "^/.*ld-linux" {print $1}' | grep -v '/opt/java/' | sort -u \
  | while read -r library; do
      mkdir -p "$root$(dirname "$library")"
      cp -L "$library" "$root$library"
    done
echo 'spangate:x:65532:65532:Spangate:/var/lib/spangate:/sbin/nologin' >"$root/etc/passwd"
echo 'spangate:x:65532:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
chown -R 65532:65532 "$root/var/lib/spangate" 2>/dev/null || true
chmod 1777 "$root/tmp"
