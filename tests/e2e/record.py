"""Records what Apache Spark prints for scripts/*.py; never what our engine prints.

usage: record.py --remote sc://HOST:PORT [--python PYTHON] [script.py…]
The server must be Spark's own Connect server (4.1.1, session time zone UTC); PYTHON's environment must hold a
client that this server answers (pyspark 4.1.1). Each script's output becomes scripts/NAME.out.
"""
import argparse
import os
import pathlib
import subprocess
import sys

SCRIPTS = pathlib.Path(__file__).parent / "scripts"
SCRIPT_SECONDS_MAX = 300
ASK_VERSION = """
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print(spark.conf.get("firesteel.version", "none"), spark.version)
"""


def run(python, arguments, remote):
    env = {**os.environ, "SPARK_REMOTE": remote, "TZ": "UTC"}
    done = subprocess.run([python, *arguments], env=env, capture_output=True, text=True, timeout=SCRIPT_SECONDS_MAX)
    if done.returncode != 0:
        raise SystemExit(f"{arguments[0]} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--remote", required=True)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("scripts", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    ours, version = run(arguments.python, ["-c", ASK_VERSION], arguments.remote).split()
    if ours != "none":
        raise SystemExit("this is our own engine: expectations come from Apache Spark")
    for script in arguments.scripts or sorted(SCRIPTS.glob("*.py")):
        output = run(arguments.python, [str(script)], arguments.remote)
        script.with_suffix(".out").write_text(output)
        print(f"{script.name}: {output.count(chr(10))} lines from Spark {version}")


if __name__ == "__main__":
    main()
