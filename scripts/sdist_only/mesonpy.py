"""Stand-in for a Python build backend: lets `pip download` fetch an sdist without building it.

setup.sh names the package in SDIST ("name==version") and needs the archive alone, which pip gives
only once the backend has answered with metadata.
"""
import os
import pathlib


def _write_metadata(directory, *_args, **_options):
    name, version = os.environ["SDIST"].split("==")
    info = pathlib.Path(directory, f"{name}-{version}.dist-info")
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "WHEEL").write_text(
        "Wheel-Version: 1.0\nGenerator: stand-in\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    return info.name


def _no_requirements(*_args, **_options):
    return []


def build_wheel(*_args, **_options):
    raise SystemExit("this stand-in only describes a package, it builds nothing")


prepare_metadata_for_build_wheel = _write_metadata
get_requires_for_build_wheel = _no_requirements
get_requires_for_build_sdist = _no_requirements
get_requires_for_build_editable = _no_requirements
