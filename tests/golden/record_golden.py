"""Records what Apache Spark answers to golden cases; never what our engine answers.

usage: record_golden.py --remote sc://HOST:PORT FILE.jsonl…
A case needs an id and `sql` (or `case`, a function of the same-named module); kind and expectations are
filled in where `kind` is absent, or everywhere with --all. The server must be Spark's own Connect server.
"""
import argparse
import json
import os
import pathlib
import sys

os.environ["TZ"] = "UTC"
sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

from runner import Theme, end_block, new_session, run_case, start_block  # noqa: E402

EXPECTATIONS = ("kind", "schema", "rows", "value", "error")


def refuse_ours(session):
    if session.conf.get("firesteel.version", None) is not None:
        raise SystemExit("this is our own engine: expectations come from Apache Spark")


def expectation(got):
    if "error" in got:
        return {"kind": "error", "error": got["error"]}
    if "value" in got:
        return {"kind": "value", "value": got["value"]}
    return {"kind": "rows", "schema": got["schema"], "rows": got["rows"]}


def record(theme, url, everything):
    for block, cases in theme.blocks():
        session = new_session(url)
        refuse_ours(session)
        start_block(session, theme, block)
        for case in cases:
            known = case.get("kind")
            stateful = theme.header.get("stateful")  # later cases of a block need the earlier ones run
            if known and not everything and not stateful:
                continue
            got = run_case(session, theme, {**case, "kind": known or "rows"})
            if known == "ok" or (known and not everything):
                continue
            for key in EXPECTATIONS:
                case.pop(key, None)
            case.update(expectation(got))
        end_block(session, theme, block)
        session.stop()


def write(theme):
    records = ([theme.header] if theme.header else []) + theme.cases
    lines = (json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in records)
    theme.path.write_text("".join(line + "\n" for line in lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--remote", required=True)
    parser.add_argument("--all", action="store_true", help="record again what is already recorded")
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    for file in arguments.files:
        theme = Theme(file)
        record(theme, arguments.remote, arguments.all)
        write(theme)


if __name__ == "__main__":
    main()
