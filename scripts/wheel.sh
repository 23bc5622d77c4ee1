#!/usr/bin/env bash
# The Python packages as wheels that need nothing of the machine but its C library: scripts/wheel.sh [DIRECTORY]
# (build/wheels). Takes the build as it is, after scripts/setup.sh; prints each file and its size.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${1:-build/wheels}
venv=$(realpath build/deps/venv)
plain=$(mktemp -d)
trap 'rm -rf "$plain"' EXIT
export PATH=$venv/bin:$PATH

pip_wheel() { # DIRECTORY PROJECT OPTION…
    "$venv/bin/pip" wheel --disable-pip-version-check -q --no-build-isolation --no-deps -w "$@"
}

mkdir -p "$target"
rm -f "$target"/firesteel-*.whl "$target"/firesteel_shims-*.whl
pip_wheel "$plain" . \
    --config-settings=build-dir=build/release --config-settings=cmake.args=--preset=release
auditwheel repair --strip --wheel-dir "$target" "$plain"/firesteel-*.whl
pip_wheel "$target" driver/python/shims
du -h --apparent-size "$target"/firesteel*.whl
