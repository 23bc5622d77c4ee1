"""The Python side of Firesteel's worker processes. Runs on Python 3.8 and later."""
