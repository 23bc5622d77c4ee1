#!/usr/bin/env bash
# Set-up, build, and a PySpark script run against an engine of its own: scripts/run.sh [script.py args…]
# Without arguments: tests/e2e/scripts/basic_example.py. The script runs in $PYSPARK_PYTHON, else in the
# environment that set-up made.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh"
export PYSPARK_PYTHON=${PYSPARK_PYTHON:-$root/build/deps/venv/bin/python}
if [ $# = 0 ]; then set -- "$root/tests/e2e/scripts/basic_example.py"; fi
exec "$root/build/bin/firesteel" submit "$@"
