"""Code, files and environments that travel to the workers of one session."""
import io
import os
import subprocess
import tarfile
import zipfile

import pytest
from pyspark.sql.functions import udf

from harness import CLIENTS, Engine, connect, firesteel, python_of


def archive(path, **files):
    """A .zip or .tar.gz: name (with __ for /) -> text."""
    names = {name.replace("__", "/"): text.encode() for name, text in files.items()}
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as made:
            for name, data in names.items():
                made.writestr(name, data)
    else:
        with tarfile.open(path, "w:gz") as made:
            for name, data in names.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                made.addfile(entry, io.BytesIO(data))
    return path


def tar(path, *entries):
    with tarfile.open(path, "w:gz") as made:
        for entry in entries:
            made.addfile(entry, io.BytesIO(b"x" * entry.size))
    return path


def entry(name, kind=tarfile.REGTYPE, link="", size=0):
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = kind, link, size
    return made


def run(session, function):
    """What a function without arguments gives in a worker of the session."""
    return session.range(1).select(udf(lambda _: str(function()))("id")).first()[0]


@pytest.fixture
def cached_engine(tmp_path):
    """An engine with a cache of archives of its own."""
    with Engine(env={"XDG_CACHE_HOME": str(tmp_path / "cache")}) as running:
        yield running


def test_sessions_import_their_own_versions(engine, tmp_path):
    sessions = []
    for version in "12":
        folder = tmp_path / version
        folder.mkdir()
        (folder / "versioned.py").write_text(f"VERSION = {version}\n")
        with zipfile.ZipFile(folder / "packed.zip", "w") as packed:
            packed.writestr("packed/__init__.py", f"VERSION = {version}\n")
        session = connect(engine.url)
        session.addArtifacts(str(folder / "versioned.py"), str(folder / "packed.zip"), pyfile=True)
        sessions.append(session)

    def versions():
        import packed
        import versioned

        return versioned.VERSION, packed.VERSION

    assert [run(session, versions) for session in sessions] == ["(1, 1)", "(2, 2)"]
    assert [run(session, versions) for session in sessions] == ["(1, 1)", "(2, 2)"]

    def found():
        import importlib.util

        return importlib.util.find_spec("versioned")

    assert run(connect(engine.url), found) == "None"


def test_what_comes_later_is_there_for_the_next_function(spark, tmp_path):
    assert run(spark, lambda: 1) == "1"
    (tmp_path / "late.py").write_text("X = 5\n")
    spark.addArtifacts(str(tmp_path / "late.py"), pyfile=True)

    def late():
        import late

        return late.X

    assert run(spark, late) == "5"


@pytest.mark.parametrize("kind", [".zip", ".tar.gz", ".tgz", ".tar"])
def test_archives_are_unpacked_in_the_working_directory(spark, tmp_path, kind):
    path = tmp_path / f"data{kind}"
    if kind == ".tar":
        with tarfile.open(path, "w") as made:
            made.addfile(entry("a/b.txt", size=1), io.BytesIO(b"y"))
    else:
        archive(path, **{"a__b.txt": "y"})
    spark.addArtifacts(f"{path}#named", archive=True)
    spark.addArtifacts(str(path), archive=True)
    assert run(spark, lambda: open("./named/a/b.txt").read()) == "y"
    name = path.name
    assert run(spark, lambda: open(f"{name}/a/b.txt").read()) == "y"


def test_files_are_in_the_working_directory(spark, tmp_path):
    (tmp_path / "data.txt").write_text("content")
    spark.addArtifacts(str(tmp_path / "data.txt"), file=True)
    assert run(spark, lambda: open("data.txt").read()) == "content"


def test_a_clone_has_what_its_source_had(spark, tmp_path):
    spark.addArtifacts(f"{archive(tmp_path / 'x.zip', **{'f.txt': 'y'})}#x", archive=True)
    assert run(spark, lambda: open("x/f.txt").read()) == "y"
    clone = spark.cloneSession()
    spark.stop()
    assert run(clone, lambda: open("x/f.txt").read()) == "y"


UNSAFE = {
    "up": ([entry("../out")], "leads out"),
    "up inside": ([entry("a/../../out")], "leads out"),
    "absolute": ([entry("/tmp/firesteel-out")], "leads out"),
    "link out": ([entry("a/l", tarfile.SYMTYPE, "../../out")], "leads out"),
    "absolute link": ([entry("l", tarfile.SYMTYPE, "/etc/passwd")], "leads out"),
    "hard link out": ([entry("l", tarfile.LNKTYPE, "../../out")], "leads out"),
    "through a link": ([entry("a", tarfile.DIRTYPE), entry("l", tarfile.SYMTYPE, "a"), entry("l/f", size=1)], "l"),
    "device": ([entry("d", tarfile.FIFOTYPE)], "neither a file"),
}


@pytest.mark.parametrize("what", UNSAFE)
def test_unsafe_archives_are_refused_and_leave_nothing(cached_engine, tmp_path, what):
    entries, why = UNSAFE[what]
    path = tar(tmp_path / "bad.tar.gz", *entries)
    session = connect(cached_engine.url)
    with pytest.raises(Exception, match="bad.tar.gz.*can't be unpacked.*" + why):
        session.addArtifacts(f"{path}#x", archive=True)
    assert list((tmp_path / "cache" / "firesteel" / "archives" / "entries").iterdir()) == []
    assert not any((tmp_path / "cache" / "firesteel" / "archives").rglob("content"))
    assert run(session, lambda: 1) == "1"
    session.stop()


def test_what_is_no_archive_says_so(spark, tmp_path):
    (tmp_path / "x.zip").write_text("not a zip file")
    with pytest.raises(Exception, match="x.zip can't be unpacked"):
        spark.addArtifacts(str(tmp_path / "x.zip"), archive=True)


def test_unpacked_archives_are_bounded_and_kept_while_used(tmp_path):
    cache = tmp_path / "cache"
    entries = cache / "firesteel" / "archives" / "entries"
    with Engine(
        *("--conf", "firesteel.archives.bytesMax=100000"), env={"XDG_CACHE_HOME": str(cache)}
    ) as engine:
        session = connect(engine.url)
        bomb = archive(tmp_path / "bomb.zip", **{"f": "0" * 200_000})
        with pytest.raises(Exception, match="more than 100000 bytes"):
            session.addArtifacts(str(bomb), archive=True)
        for name in "abc":
            path = archive(tmp_path / f"{name}.zip", **{"f": name * 40_000})
            session.addArtifacts(f"{path}#{name}", archive=True)
        # All three are in use: none may go, though they are too many.
        assert len(list(entries.iterdir())) == 3
        assert run(session, lambda: [len(open(f"{name}/f").read()) for name in "abc"]) == str([40_000] * 3)
        session.stop()
        other = connect(engine.url)
        other.addArtifacts(f"{archive(tmp_path / 'd.zip', **{'f': 'd' * 40_000})}#d", archive=True)
        assert len(list(entries.iterdir())) == 2
        other.stop()


def environment_with(folder, name, version):
    """A virtual environment, packed as venv-pack does it, that has a package which others lack."""
    made = folder / f"venv-{version}"
    subprocess.run([python_of("venv"), "-m", "venv", "--without-pip", made], check=True)
    site = next((made / "lib").glob("python3*")) / "site-packages"
    (site / f"{name}.py").write_text(f"VERSION = {version}\n")
    path = folder / f"environment-{version}.tar.gz"
    with tarfile.open(path, "w:gz") as packed:
        for child in sorted(made.iterdir()):
            packed.add(child, child.name)
    return path


USE_ENVIRONMENT = """
import sys
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf
spark = SparkSession.builder.getOrCreate()
def version(_):
    import only_there, os, sys
    return "%s %s %s" % (only_there.VERSION, os.environ.get("EXTRA"), sys.prefix.startswith(os.path.realpath("environment")))
print(spark.range(1).select(udf(version)("id")).first()[0])
"""


@pytest.mark.parametrize(
    "how",
    [
        {"env": {"PYSPARK_PYTHON": "./environment/bin/python"}},
        {"conf": "spark.pyspark.python=./environment/bin/python"},
        {"conf": "spark.executorEnv.PYSPARK_PYTHON=./environment/bin/python"},
    ],
    ids=["PYSPARK_PYTHON", "spark.pyspark.python", "spark.executorEnv"],
)
def test_submit_ships_an_environment(tmp_path, how):
    packed = environment_with(tmp_path, "only_there", 7)
    (tmp_path / "script.py").write_text(USE_ENVIRONMENT)
    flags = ["--archives", f"{packed}#environment", "--conf", "spark.executorEnv.EXTRA=set"]
    if "conf" in how:
        flags += ["--conf", how["conf"], "--conf", f"spark.pyspark.driver.python={python_of('venv')}"]
    env = {"PYSPARK_DRIVER_PYTHON": python_of("venv"), "XDG_CACHE_HOME": str(tmp_path / "cache"), **how.get("env", {})}
    for _ in range(2):
        done = firesteel("submit", *flags, tmp_path / "script.py", env=env)
        assert (done.stdout, done.stderr, done.returncode) == ("7 set True\n", "", 0)


def test_the_script_s_python_is_not_looked_for_in_archives(tmp_path):
    (tmp_path / "script.py").write_text("")
    done = firesteel("submit", tmp_path / "script.py", env={"PYSPARK_PYTHON": "./environment/bin/python"})
    assert done.returncode == 2
    assert "PYSPARK_DRIVER_PYTHON" in done.stderr


def test_two_sessions_with_two_environments(engine, tmp_path):
    sessions = []
    for version in (1, 2):
        packed = environment_with(tmp_path, "only_there", version)
        session = connect(engine.url)
        session.addArtifacts(f"{packed}#environment", archive=True)
        session.conf.set("spark.sql.execution.pyspark.python", "environment/bin/python")
        sessions.append(session)

    def version():
        import only_there

        return only_there.VERSION

    assert [run(session, version) for session in sessions] == ["1", "2"]
    assert [run(session, version) for session in sessions] == ["1", "2"]


def test_a_python_that_is_missing_is_named(spark):
    spark.conf.set("spark.sql.execution.pyspark.python", "./nowhere/bin/python")
    with pytest.raises(Exception, match="nowhere/bin/python"):
        run(spark, lambda: 1)
    assert spark.range(2).count() == 2


def test_variables_and_paths_of_workers(tmp_path):
    (tmp_path / "on_path.py").write_text("X = 3\n")
    flags = ["--conf", "spark.executorEnv.SOME=a b", "--conf", f"spark.executorEnv.PYTHONPATH={tmp_path}"]
    with Engine(*flags) as engine:
        session = connect(engine.url)

        def seen():
            import os

            import on_path

            return os.environ["SOME"], on_path.X

        assert run(session, seen) == "('a b', 3)"


SPARK_FILES = """
from pyspark import SparkFiles
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf
spark = SparkSession.builder.getOrCreate()
def text(_):
    from pyspark import SparkFiles
    return open(SparkFiles.get("data.txt")).read() + open(SparkFiles.getRootDirectory() + "/a/f").read()
print(spark.range(1).select(udf(text)("id")).first()[0])
"""


@pytest.mark.parametrize("place", ["own engine", "remote"])
def test_spark_files_finds_them(engine, tmp_path, place):
    if not os.path.exists(python_of("venv-3.5")):
        pytest.skip(f"set-up found no interpreter for {CLIENTS['venv-3.5']}")
    (tmp_path / "data.txt").write_text("content ")
    (tmp_path / "script.py").write_text(SPARK_FILES)
    packed = archive(tmp_path / "x.zip", f="packed")
    flags = ["--files", tmp_path / "data.txt", "--archives", f"{packed}#a"]
    if place == "remote":
        # Its workers' Python has no SparkFiles.
        flags += ["--remote", engine.url, "--conf", f"spark.sql.execution.pyspark.python={python_of('venv-3.5')}"]
    done = firesteel("submit", *flags, tmp_path / "script.py", client="venv-3.5")
    assert (done.stdout, done.stderr, done.returncode) == ("content packed\n", "", 0)
