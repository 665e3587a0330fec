#!/usr/bin/env bash
# Renders the plain manifests from the chart, or with --check says whether they are what the chart renders.
set -euo pipefail
cd "$(dirname "$0")"
command -v helm >/dev/null || { echo "render.sh: helm is not installed" >&2; exit 75; }
rendered=$(helm template spangate ../helm/spangate --namespace spangate --include-crds --values values.yaml)
if [ "${1:-}" = --check ]; then
  if [ "$rendered" = "$(cat spangate.yaml)" ]; then
    echo "deploy/kubernetes/spangate.yaml is what the chart renders"
  else
    echo "deploy/kubernetes/spangate.yaml differs from the chart: run deploy/kubernetes/render.sh" >&2
    exit 1
  fi
else
  printf '%s\n' "$rendered" >spangate.yaml
fi
