"""Files of modules and packages that a script is to find as if they stood on PYTHONPATH."""
import os
import sys
from importlib.machinery import PathFinder
from importlib.util import spec_from_file_location


class _ModuleFinder:
    """Single modules, whose directories hold other files that nobody asked for.

    Behind the script's own directory, before everything else.
    """

    def __init__(self, paths):
        self._paths = {os.path.splitext(os.path.basename(path))[0]: path for path in paths}

    def find_spec(self, name, path=None, target=None):
        found = self._paths.get(name)
        if found is None or PathFinder.find_spec(name, sys.path[:1]) is not None:
            return None
        return spec_from_file_location(name, found)


def make_importable(paths):
    single = [path for path in paths if path.endswith(".py")]
    if single:
        sys.meta_path.insert(0, _ModuleFinder(single))
    sys.path[1:1] = [path for path in paths if not path.endswith(".py")]
