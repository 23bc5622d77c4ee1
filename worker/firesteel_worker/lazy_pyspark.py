"""Lets pyspark.sql.types and pyspark.cloudpickle load without the rest of pyspark.

A plain function needs these two only, while `import pyspark` runs most of the package (0.3 s,
13 MB). The packages `pyspark` and `pyspark.sql` start empty and run their own code at the first
use of a name that isn't a submodule, so user code sees the whole package when it asks for it.
Before pyspark 4 those modules import the package's own names: it is loaded as a whole there.
"""

import importlib
import importlib.util
import os
import re
import sys
import types

_PACKAGES = ("pyspark", "pyspark.sql")

# Asked for by pyspark.sql.types itself, or by pickled functions: no reason to load the package.
_ELSEWHERE = {
    ("pyspark.sql", "Row"): "pyspark.sql.types",
    ("pyspark.sql", "VariantVal"): "pyspark.sql.types",
}

# Names whose absence tells pyspark which distribution it is.
_PROBED = {("pyspark", "core")}

_LOADING_DUNDERS = frozenset(["__version__", "__all__"])


class _LazyPackage(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__") and name not in _LOADING_DUNDERS:
            raise AttributeError(name)
        package = self.__dict__["__name__"]
        if (package, name) in _ELSEWHERE:
            return getattr(importlib.import_module(_ELSEWHERE[package, name]), name)
        if importlib.util.find_spec(package + "." + name) is not None:
            return importlib.import_module(package + "." + name)
        if (package, name) in _PROBED:
            raise AttributeError(name)
        self.__class__ = types.ModuleType
        self.__dict__["__spec__"].loader.exec_module(self)
        return getattr(self, name)


def _major_version(spec):
    if spec is None or not spec.submodule_search_locations:
        return 0
    try:
        path = os.path.join(spec.submodule_search_locations[0], "version.py")
        with open(path, encoding="utf-8") as file:
            found = re.search(r"__version__[^=]*=\s*[\"'](\d+)\.", file.read())
    except OSError:
        return 0
    return int(found.group(1)) if found else 0


def install():
    """Call before anything imports pyspark. Does nothing where there is no pyspark 4 or later."""
    if _major_version(importlib.util.find_spec("pyspark")) < 4:
        return
    for name in _PACKAGES:
        if name in sys.modules:
            continue
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return
        module = importlib.util.module_from_spec(spec)
        module.__class__ = _LazyPackage
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)
