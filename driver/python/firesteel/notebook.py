"""What a shell or a notebook has beyond a script: %sql and %%sql, tables, progress bars."""
import os
import sys


def sql_magic(session):
    """The magic: SQL in, DataFrame out. `%%sql name` also keeps it under that name."""

    def sql(line, cell=None):
        frame = session.sql(line if cell is None else cell)
        if cell is not None and line.strip():
            name = line.strip()
            if not name.isidentifier():
                raise ValueError("%%%%sql takes the name of a variable for its result, not %r" % name)
            get_ipython().user_ns[name] = frame  # noqa: F821  IPython's own
        return frame

    return sql


def _show_tables(formatters, frame_class):
    """IPython asks objects whether they have any attribute at all, and takes a DataFrame's columns for yes."""

    def text(frame, printer, cycle):
        frame._support_repr_html = True  # its rows are shown once, as HTML
        printer.text(repr(frame))

    formatters["text/html"].for_type(frame_class, lambda frame: frame._repr_html_())
    formatters["text/plain"].for_type(frame_class, text)


def register(session):
    """True if this is an IPython."""
    try:
        shell = get_ipython()  # noqa: F821
    except NameError:
        shell = None
    if hasattr(shell, "kernel") or sys.stdout.isatty():
        show_progress(session)
    if shell is None:
        return False
    shell.register_magic_function(sql_magic(session), magic_kind="line_cell", magic_name="sql")
    if hasattr(shell, "kernel"):
        from pyspark.sql.connect.dataframe import DataFrame

        _show_tables(shell.display_formatter.formatters, DataFrame)
    return True


def show_progress(session):
    """pyspark's own bar, for what takes long enough to be told of; clients before 4.0 have none."""
    said = "SPARK_CONNECT_PROGRESS_BAR_ENABLED" in os.environ  # then pyspark acts on it by itself
    if said or not hasattr(session, "registerProgressHandler"):
        return
    from pyspark.sql.connect.shell.progress import Progress

    bars = {}

    def told(stages, inflight_tasks, operation_id, done):
        if not done:
            if operation_id not in bars:
                bars[operation_id] = Progress(output=sys.stdout, enabled=True, operation_id=operation_id)
            bars[operation_id].update_ticks(stages, inflight_tasks, operation_id)
        elif operation_id in bars:
            bars.pop(operation_id).finish()

    session.registerProgressHandler(told)
