#!/usr/bin/env bash
# Set-up, build and the benchmarks: scripts/bench.sh [start] [submit] [archives] [parallel] [latency] [canned] [udf] [udf_kinds]
# [udf_waits] [sessions] [transfer] [files] [disconnects] [plan]; default: all.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh"
exec "$root/build/deps/venv/bin/python" "$root/tests/bench/bridge.py" "$@"
