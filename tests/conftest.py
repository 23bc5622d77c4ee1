"""What all Python tests share. Workers of pytest-xdist have a main module without a file, which the
PySpark client takes for a doctest run that it ends; it gets one here."""
import sys

main = sys.modules["__main__"]
if not hasattr(main, "__file__"):
    main.__file__ = __file__
