#!/usr/bin/env bash
# Set-up and every test; the last line sums up. `scripts/test.sh quick` stops after the unit tests and house rules.
# What is skipped says why. Results lie in build/test-results.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
quick=${1:-}
scripts/setup.sh ${quick:+--deps} $([ -n "$quick" ] || echo --tests) || exit 1
results=$PWD/build/test-results
rm -rf "$results" && mkdir -p "$results"
jobs=$(nproc)
status=0

heading() { printf '\n== %s\n' "$*"; }

# run_ctest PRESET LABEL: the tests of one build under one label.
run_ctest() {
    ctest --test-dir "build/$1" -L "$2" -j "$jobs" --output-on-failure --no-tests=ignore \
        --output-junit "$results/$1-$2.xml" || status=1
}

# build_preset PRESET TARGET…: configures and builds the targets.
build_preset() {
    cmake --preset "$1" >"$results/$1-configure.log" 2>&1 ||
        { tail -n 25 "$results/$1-configure.log"; return 1; }
    nice -n 10 ninja -C "build/$1" -j "$jobs" --quiet "${@:2}"
}

heading "unit tests and house rules"
cmake --preset release >"$results/configure.log" || exit 1
nice -n 10 ninja -C build/release -j "$jobs" --quiet || exit 1
run_ctest release quick

if [ -z "$quick" ]; then
    heading "end to end and golden cases, with the real client"
    build/deps/venv/bin/python -m pytest -q -rs -n "$jobs" --junitxml="$results/pytest.xml" \
        tests/e2e tests/golden || status=1

    heading "Python workers without an engine, on every Python that is here"
    build/deps/venv/bin/python -m pytest -q -rs -n "$jobs" --junitxml="$results/worker.xml" \
        tests/worker || status=1

    heading "under the address sanitizer: unit tests, then 30 s of fuzzing for each target"
    if build_preset asan sanitized_tests; then
        run_ctest asan sanitized
        run_ctest asan fuzz
    else
        status=1
    fi

    heading "under the thread sanitizer"
    if build_preset tsan threaded_tests; then
        run_ctest tsan threaded
    else
        status=1
    fi
fi

heading "all suites"
python3 scripts/test_summary.py "$results"/*.xml || status=1
exit $status
