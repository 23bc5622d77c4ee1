"""Cases recorded from Apache Spark 4.1.1, run through the real client against our engine.

A theme is queries/NAME.jsonl or dataframe/NAME.jsonl + NAME.py. What is known to differ stands in
NAME.gaps as "id what"; a gap that passes, or gets worse, fails the run.
    pytest tests/golden -k 09_arrays             one theme
    pytest tests/golden --case arrays/1f2e3d     one case, by the start of its id
    pytest tests/golden --update-gaps            writes the .gaps files (never the expectations)
    record_golden.py                             records expectations, from Apache Spark alone
"""
import pytest

from runner import HERE, Theme, end_block, new_session, run_case, start_block
from values import LEVELS, compare

THEMES = [
    str(path.relative_to(HERE).with_suffix(""))
    for folder in ("queries", "dataframe")
    for path in sorted((HERE / folder).glob("*.jsonl"))
]
SHOWN_MAX = 25


def run_theme(host, theme, wanted):
    """id -> (what, how) for every case that differs."""
    differences = {}
    for block, cases in theme.blocks():
        cases = [case for case in cases if case["id"].startswith(wanted)]
        if not cases:
            continue
        session = new_session(host.url())
        start_block(session, theme, block)
        for case in cases:
            difference = compare(case, run_case(session, theme, case))
            if not host.alive():
                difference = ("rows", "the engine died")
                session = new_session(host.url())
                start_block(session, theme, block)
            if difference is not None:
                differences[case["id"]] = difference
        end_block(session, theme, block)
        session.stop()
    return differences


def judge(theme, differences, wanted):
    """Lines that say what is wrong: new differences, worse ones, gaps that are none any more."""
    lines = []
    for id, (what, how) in differences.items():
        known = theme.gaps.get(id)
        if known is None:
            lines.append(f"{id}: {what}: {how}")
        elif LEVELS.index(what) > LEVELS.index(known):
            lines.append(f"{id}: the known gap '{known}' became '{what}': {how}")
    ids = {case["id"] for case in theme.cases}
    for id in theme.gaps:
        if id.startswith(wanted) and id not in differences:
            reason = "passes now: take it out of" if id in ids else "is no case: take it out of"
            lines.append(f"{id} {reason} {theme.gaps_path.name}")
    return lines


@pytest.mark.parametrize("name", THEMES)
def test_theme(name, engine_host, request):
    theme = Theme(f"{HERE / name}.jsonl")
    wanted = request.config.getoption("--case", "")
    differences = run_theme(engine_host, theme, wanted)
    if request.config.getoption("--update-gaps", False):
        theme.write_gaps({id: what for id, (what, _) in differences.items()})
        return
    lines = judge(theme, differences, wanted)
    assert not lines, f"{len(lines)} of {len(theme.cases)} cases:\n" + "\n".join(lines[:SHOWN_MAX])
