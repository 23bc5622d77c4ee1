"""How an unmodified script's sessions come to an engine: Builder, in all versions of pyspark, adapted.

An `opening` says what happens around a session: `takes(master)` whether that master is the engine's,
`adapted(builder)`, `before(builder, master)` and `after(session)`.
"""

_MASTER = "_firesteel_master"


def _take_masters(builder, opening):
    """Builder.config without a spark.master that is the engine's: pyspark refuses it beside a URL. And without a
    spark.remote that names no URL but such a master, for which pyspark would start Spark."""
    original = builder.config

    def is_ours(key, value):
        return key in ("spark.master", "spark.remote") and opening.takes(str(value))

    def rest(self, pairs):
        for key, value in pairs.items():
            if is_ours(key, value):
                setattr(self, _MASTER, str(value))
        return {key: value for key, value in pairs.items() if not is_ours(key, value)}

    def config(self, key=None, value=None, conf=None, **options):
        if conf is not None:
            pairs = dict(conf.getAll())
            kept = rest(self, pairs)
            if len(kept) == len(pairs):
                return original(self, conf=conf, **options)
            for k, v in kept.items():
                original(self, k, v)
            return self
        if options.get("map") is not None:
            options["map"] = rest(self, options["map"])
        elif is_ours(key, value):
            setattr(self, _MASTER, str(value))
            return self
        return original(self, key, value, **options)

    config.__doc__ = original.__doc__
    builder.config = config


def _surround(builder, name, opening):
    original = getattr(builder, name, None)
    if original is None:  # Builder.create came with 3.5
        return

    def opened(self):
        opening.before(self, getattr(self, _MASTER, None))
        session = original(self)
        opening.after(session)
        return session

    opened.__doc__ = original.__doc__
    setattr(builder, name, opened)


def adapt(module, opening):
    """`module` is pyspark.sql.session."""
    builder = module.SparkSession.Builder
    _take_masters(builder, opening)
    _surround(builder, "getOrCreate", opening)
    _surround(builder, "create", opening)
    opening.adapted(builder)
