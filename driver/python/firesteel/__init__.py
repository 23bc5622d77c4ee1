"""Firesteel beside pyspark: nothing here needs to be imported by a script.

`FIRESTEEL=1 python script.py`, the pytest plug-in and the command `firesteel` are its uses.

PYTEST_DONT_REWRITE: it is imported before pytest is, which warns of that otherwise.
"""
