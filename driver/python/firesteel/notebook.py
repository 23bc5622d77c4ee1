"""%sql and %%sql for IPython and its kernels."""


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


def register(session):
    """True if this is an IPython."""
    try:
        shell = get_ipython()  # noqa: F821
    except NameError:
        return False
    shell.register_magic_function(sql_magic(session), magic_kind="line_cell", magic_name="sql")
    return True
