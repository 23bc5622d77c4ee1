"""Read by interactive Pythons at their start (PYTHONSTARTUP): opens the session `spark`.

Then the user's own start-up file runs, as if this one were not there.
"""


def _firesteel_session():
    import os
    import sys

    users = os.environ.pop("FIRESTEEL_PYTHONSTARTUP", None)
    if users is None:
        os.environ.pop("PYTHONSTARTUP", None)
    else:
        os.environ["PYTHONSTARTUP"] = users
    try:
        from pyspark.sql import SparkSession

        session = SparkSession.builder.getOrCreate()
        from firesteel import notebook

        has_magic = notebook.register(session)
        if not os.environ.get("FIRESTEEL_QUIET_SHELL"):
            print(
                "Firesteel, as Apache Spark %s, on Python %s\n"
                "The session is `spark`, its context `sc`, and spark.sql is `sql`%s."
                % (session.version, sys.version.split()[0], ", or %%sql" if has_magic else "")
            )
    except Exception as error:
        print("No session could be opened: %s" % error, file=sys.stderr)
        session = None
    return session, users


spark, _firesteel_startup = _firesteel_session()
if spark is not None:
    sql = spark.sql
    try:
        sc = spark.sparkContext
    except (AttributeError, NotImplementedError):  # a remote server that is not an engine
        sc = None
if _firesteel_startup:
    with open(_firesteel_startup) as _firesteel_file:
        exec(compile(_firesteel_file.read(), _firesteel_startup, "exec"))
    del _firesteel_file
del _firesteel_session, _firesteel_startup
