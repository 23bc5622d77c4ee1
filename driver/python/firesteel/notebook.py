"""%sql and %%sql for IPython and its kernels, and tables in notebooks."""


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
        return False
    shell.register_magic_function(sql_magic(session), magic_kind="line_cell", magic_name="sql")
    if hasattr(shell, "kernel"):
        from pyspark.sql.connect.dataframe import DataFrame

        _show_tables(shell.display_formatter.formatters, DataFrame)
    return True
