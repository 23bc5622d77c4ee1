"""Environments packed as users pack them: venv-pack, pex, conda-pack. Each has a package that no other Python here has."""
import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig

import pytest
from pyspark.sql.functions import udf

from harness import DEPS, connect, firesteel, python_of, wait_for_supervisor

PACKING = DEPS / "packing"
PACKAGE = "cowsay"
VERSIONS = ("6.0", "6.1")

pytestmark = pytest.mark.skipif(not PACKING.exists(), reason="set-up was not asked for the tests' tools (--tests)")


def run(*command, **changes):
    env = {**os.environ, "PYTHONPATH": str(PACKING), **changes}
    done = subprocess.run([str(word) for word in command], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def install(target_flags, version):
    """The sample package, from the wheels that set-up keeps."""
    flags = ["--no-index", "--find-links", PACKING / "wheels", "--no-deps", "--disable-pip-version-check", "-q"]
    run(python_of("venv"), "-m", "pip", *target_flags[:2], "install", *flags, *target_flags[2:], f"{PACKAGE}=={version}", PYTHONPATH="")


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("environments")


def venv_packed(folder, version):
    """The archive, made once."""
    packed = folder / f"venv-{version}.tar.gz"
    if not packed.exists():
        made = folder / f"venv-{version}"
        run(python_of("venv"), "-m", "venv", "--without-pip", made, PYTHONPATH="")
        install(["--python", made / "bin" / "python"], version)
        run(python_of("venv"), "-m", "venv_pack", "-q", "-p", made, "-o", packed)
    return packed


def pex_packed(folder, version):
    packed = folder / f"environment-{version}.pex"
    flags = ["--no-index", "--find-links", PACKING / "wheels", "-o", packed]
    run(python_of("venv"), "-m", "pex", f"{PACKAGE}=={version}", *flags, PEX_ROOT=folder / "pex-root")
    return packed


def conda_packed(folder, version):
    """A prefix laid out as conda lays one out, from the Python that the tests' own environment was made with."""
    prefix = folder / "conda-prefix"
    stdlib = pathlib.Path(sysconfig.get_path("stdlib", vars={"installed_base": sys.base_prefix, "base": sys.base_prefix}))
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    ignored = shutil.ignore_patterns("test", "__pycache__", "site-packages", "dist-packages", "idlelib", "tkinter", "config-*")
    shutil.copytree(stdlib, prefix / "lib" / name, ignore=ignored)
    (prefix / "bin").mkdir()
    shutil.copy2(pathlib.Path(sys.base_prefix) / "bin" / name, prefix / "bin" / name)
    for link in ("python", "python3"):
        (prefix / "bin" / link).symlink_to(name)
    for library in (pathlib.Path(sys.base_prefix) / "lib").glob(f"libpython{name[6:]}*.so*"):
        shutil.copy2(library, prefix / "lib")
    (prefix / "conda-meta").mkdir()
    (prefix / "conda-meta" / "history").write_text("")
    paths = subprocess.run([prefix / "bin" / name, "-c", "import site; print(site.getsitepackages()[0])"], capture_output=True, text=True)
    site = pathlib.Path(paths.stdout.strip())
    assert site.is_relative_to(prefix), paths
    install(["--quiet", "--quiet", "--target", site], version)
    (prefix / "lib" / name / "site-packages").mkdir(exist_ok=True)
    packed = folder / f"conda-{version}.tar.gz"
    run(python_of("venv"), "-m", "conda_pack.cli", "-q", "-p", prefix, "-o", packed, "--compress-level", "1")
    return packed


SCRIPT = """
import importlib.util
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf
assert importlib.util.find_spec("cowsay") is None
spark = SparkSession.builder.getOrCreate()
def version(_):
    import cowsay, importlib.metadata
    assert cowsay.get_output_string("cow", "moo")
    return importlib.metadata.version("cowsay")
print(spark.range(1).select(udf(version)("id")).first()[0])
"""


def submit(tmp_path, *flags, functions_python, **env):
    (tmp_path / "script.py").write_text(SCRIPT)
    env = {"PYSPARK_DRIVER_PYTHON": python_of("venv"), "XDG_CACHE_HOME": str(tmp_path / "cache"), **env}
    return firesteel("submit", *flags, tmp_path / "script.py", env={**env, "PYSPARK_PYTHON": functions_python})


@pytest.mark.parametrize("packed", [venv_packed, conda_packed], ids=["venv-pack", "conda-pack"])
def test_functions_import_what_an_archive_brings(folder, tmp_path, packed):
    archive = packed(folder, VERSIONS[1])
    done = submit(tmp_path, "--archives", f"{archive}#environment", functions_python="./environment/bin/python")
    assert (done.stdout, done.stderr, done.returncode) == (VERSIONS[1] + "\n", "", 0)


def test_functions_import_what_a_pex_file_brings(folder, tmp_path):
    file = pex_packed(folder, VERSIONS[1])
    done = submit(tmp_path, "--files", file, functions_python=f"./{file.name}", PEX_ROOT=str(tmp_path / "pex-root"))
    assert (done.stdout, done.stderr, done.returncode) == (VERSIONS[1] + "\n", "", 0)


KEYS = ["spark.pyspark.python", "spark.yarn.appMasterEnv.PYSPARK_PYTHON", "spark.executorEnv.PYSPARK_PYTHON"]


@pytest.mark.parametrize("first", range(len(KEYS)), ids=KEYS)
def test_settings_name_the_python_of_functions_in_spark_s_order(folder, tmp_path, first):
    """Each before those behind it, and all before the environment variable."""
    flags = ["--archives", f"{venv_packed(folder, VERSIONS[0])}#old,{venv_packed(folder, VERSIONS[1])}#new"]
    flags += ["--conf", f"spark.pyspark.driver.python={python_of('venv')}", "--conf", f"{KEYS[first]}=./new/bin/python"]
    for key in KEYS[first + 1 :]:
        flags += ["--conf", f"{key}=./old/bin/python"]
    done = submit(tmp_path, *flags, functions_python="./old/bin/python")
    assert (done.stdout, done.returncode) == (VERSIONS[1] + "\n", 0), done.stderr


@pytest.mark.parametrize(
    "named", [{"env": "PYSPARK_PYTHON"}, {"key": "spark.yarn.appMasterEnv.PYSPARK_PYTHON"}, {"key": "spark.pyspark.python"}], ids=str
)
def test_in_the_background_the_script_s_python_may_be_in_an_archive(folder, tmp_path, named):
    """Which has no pyspark: ours is lent to it."""
    (tmp_path / "run").mkdir()
    script = tmp_path / "script.py"
    script.write_text("import sys, cowsay, importlib.metadata\n" + SCRIPT.replace("assert importlib.util", "# ") + "print(sys.prefix)\n")
    python = "./environment/bin/python"
    flags = ["--archives", f"{venv_packed(folder, VERSIONS[1])}#environment"]
    env = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "XDG_RUNTIME_DIR": str(tmp_path / "run")}
    if "key" in named:
        flags += ["--conf", f"{named['key']}={python}"]
    env["PYSPARK_PYTHON"] = python if "env" in named else python_of("venv")
    started = firesteel("submit", "--deploy-mode", "cluster", *flags, script, env=env)
    assert started.returncode == 0, started.stderr
    place = tmp_path / "run" / "firesteel" / "submissions" / started.stdout.strip()
    wait_for_supervisor(tmp_path / "run", started.stdout.strip())
    version, prefix = (place / "output.log").read_text().splitlines()
    assert version == VERSIONS[1]
    assert pathlib.Path(prefix).is_relative_to(tmp_path / "cache")
    assert not (place / "running").exists()
    lacking = firesteel("submit", "--deploy-mode", "cluster", *flags[:2], script, env={**env, "PYSPARK_PYTHON": "./environment/bin/none"})
    assert lacking.returncode == 2 and "has no program bin/none" in lacking.stderr
    assert os.listdir(tmp_path / "run" / "firesteel" / "submissions") == [place.name]


def test_a_script_whose_python_has_no_pyspark_is_lent_ours(tmp_path):
    run(python_of("venv"), "-m", "venv", "--without-pip", tmp_path / "bare")
    script = tmp_path / "script.py"
    script.write_text("import sys\nfrom pyspark.sql import SparkSession\nprint(SparkSession.builder.getOrCreate().range(3).count(), sys.prefix)\n")
    done = firesteel("submit", script, env={"PYSPARK_PYTHON": str(tmp_path / "bare" / "bin" / "python")})
    assert (done.stdout, done.returncode) == (f"3 {tmp_path / 'bare'}\n", 0), done.stderr


def version_of(session):
    def version(_):
        import importlib.metadata

        return importlib.metadata.version("cowsay")

    return session.range(1).select(udf(version)("id")).first()[0]


def test_two_sessions_have_two_versions_at_once(engine, folder):
    sessions = []
    for version in VERSIONS:
        session = connect(engine.url)
        session.addArtifacts(f"{venv_packed(folder, version)}#environment", archive=True)
        session.conf.set("spark.sql.execution.pyspark.python", "./environment/bin/python")
        sessions.append(session)
    for _ in range(3):
        assert tuple(version_of(session) for session in sessions) == VERSIONS
    with pytest.raises(Exception, match="PackageNotFoundError"):
        version_of(connect(engine.url))


def test_a_session_s_file_can_be_its_python(engine, folder):
    file = pex_packed(folder, VERSIONS[0])
    session = connect(engine.url)
    session.addArtifacts(str(file), file=True)
    session.conf.set("spark.sql.execution.pyspark.python", f"./{file.name}")
    assert version_of(session) == VERSIONS[0]


def test_a_remote_engine_is_told_which_python(engine, folder, tmp_path):
    flags = ["--remote", engine.url, "--archives", f"{venv_packed(folder, VERSIONS[1])}#environment"]
    done = submit(tmp_path, *flags, functions_python="./environment/bin/python")
    assert (done.stdout, done.stderr, done.returncode) == (VERSIONS[1] + "\n", "", 0)
    flags += ["--conf", "spark.pyspark.python=./environment/bin/python"]
    flags += ["--conf", f"spark.pyspark.driver.python={python_of('venv')}"]
    done = submit(tmp_path, *flags, functions_python="python3")
    assert (done.stdout, done.stderr, done.returncode) == (VERSIONS[1] + "\n", "", 0)
