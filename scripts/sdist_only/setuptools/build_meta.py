"""The same stand-in under the name of setuptools' build backend."""
import sys

import mesonpy
from mesonpy import build_wheel, get_requires_for_build_sdist, get_requires_for_build_wheel
from mesonpy import prepare_metadata_for_build_wheel

__all__ = [
    "build_wheel",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_wheel",
]
__legacy__ = sys.modules[__name__]


def __getattr__(_name):
    return mesonpy.prepare_metadata_for_build_wheel
