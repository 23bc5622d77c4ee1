"""spark.sparkContext of scripts: what needs no RDD is answered by the engine."""
import json

import pytest

from harness import DEPS, firesteel

FACTS = """
import json, sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
conf = dict(sc.getConf().getAll())
print(json.dumps({
    "id": sc.applicationId == spark.conf.get("spark.app.id"), "name": sc.appName, "master": sc.master,
    "version": sc.version == spark.version, "parallelism": sc.defaultParallelism, "ui": sc.uiWebUrl,
    "started": sc.startTime == int(spark.conf.get("spark.app.startTime")), "user": bool(sc.sparkUser()),
    "conf": [conf["spark.app.name"], conf["spark.x"], sc.getConf().get("spark.none", "-")],
    "rdd": hasattr(sc, "parallelize"), "same": spark.sparkContext is sc,
}))
for bad in (lambda: sc.parallelize([1]), lambda: sc._jsc, lambda: sc.setLogLevel("loud")):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, str(error).split()[0])
sc.setLogLevel("warn")
"""


@pytest.mark.parametrize("client", ["venv", "venv-3.5", "venv-3.4"])
def test_facts(tmp_path, client):
    if not (DEPS / client).is_dir():
        pytest.skip(f"set-up has not made {client}")
    (tmp_path / "x.py").write_text(FACTS)
    done = firesteel(
        "submit", "--name", "mine", "--conf", "spark.x=1", "--master", "local[3]", tmp_path / "x.py", client=client
    )
    facts, *errors = done.stdout.splitlines()
    assert json.loads(facts) == {
        **{"id": True, "name": "mine", "master": "local[3]", "version": True, "parallelism": 3, "ui": None},
        **{"started": True, "user": True, "conf": ["mine", "1", "-"], "rdd": False, "same": True},
    }, done.stderr
    assert errors == [
        "PySparkAttributeError [UNSUPPORTED_FEATURE.RDD]",
        "PySparkAttributeError [JVM_ATTRIBUTE_NOT_SUPPORTED]",
        "IllegalArgumentException 'loud'",
    ]
    assert done.returncode == 0


GROUPS = """
import threading
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf
spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
outcome = {}
started = threading.Event()

def work(group, count):
    sc.setJobGroup("other", "left again")
    sc.setJobGroup(group, "what it does")
    outcome[group + " as set"] = sc.getLocalProperty("spark.jobGroup.id"), sc.getLocalProperty("spark.job.description")
    started.set()
    try:
        outcome[group] = spark.sql(f"SELECT sum(a.id * b.id) FROM range({count}) a, range({count}) b").first()[0]
    except Exception as error:
        outcome[group] = "cancelled" if "CANCEL" in str(error).upper() else repr(error)

threads = [threading.Thread(target=work, args=arguments) for arguments in (("slow, one", 10_000_000), ("quick", 10))]
for thread in threads:
    thread.start()
threads[1].join()
sc.cancelJobGroup("other")
while threads[0].is_alive():
    sc.cancelJobGroup("slow, one")
    threads[0].join(0.05)
print(outcome["slow, one as set"], outcome["slow, one"], outcome["quick"], sc.getLocalProperty("spark.jobGroup.id"))
"""


def test_job_groups_are_cancelled(tmp_path):
    (tmp_path / "x.py").write_text(GROUPS)
    done = firesteel("submit", tmp_path / "x.py")
    assert done.stdout == "('slow, one', 'what it does') cancelled 2025 None\n", done.stderr


def test_python_files_are_added(tmp_path):
    (tmp_path / "added_module.py").write_text("def answer(): return 42\n")
    (tmp_path / "x.py").write_text(
        "import os\nfrom pyspark.sql import SparkSession\nfrom pyspark.sql.functions import udf\n"
        "spark = SparkSession.builder.getOrCreate()\n"
        f"spark.sparkContext.addPyFile({str(tmp_path / 'added_module.py')!r})\n"
        "@udf('int')\ndef f():\n    import added_module\n    return added_module.answer()\n"
        "import added_module\nprint(spark.range(1).select(f()).first()[0], added_module.answer())\n"
    )
    (tmp_path / "elsewhere").mkdir()
    done = firesteel("submit", tmp_path / "x.py", cwd=tmp_path / "elsewhere")
    assert done.stdout == "42 42\n", done.stderr
