"""SparkSession.sparkContext for sessions on an engine: what needs no RDD and no JVM."""
import os
import sys
import threading

_LOG_LEVELS = ("ALL", "DEBUG", "ERROR", "FATAL", "INFO", "OFF", "TRACE", "WARN")
_GROUP_TAG = "firesteel-job-group-"
_RDD_MEMBERS = frozenset(
    "accumulator binaryFiles binaryRecords broadcast emptyRDD hadoopFile hadoopRDD newAPIHadoopFile "
    "newAPIHadoopRDD parallelize pickleFile range runJob sequenceFile textFile union wholeTextFiles".split()
)


def _unsupported(name):
    """An AttributeError, so that hasattr() tells the truth."""
    from pyspark import errors

    if name in _RDD_MEMBERS:
        text = (
            "[UNSUPPORTED_FEATURE.RDD] SparkContext.%s needs RDDs, which this engine doesn't have; "
            "use spark.read, spark.range or spark.createDataFrame"
        )
    else:
        text = "[JVM_ATTRIBUTE_NOT_SUPPORTED] SparkContext.%s needs a JVM, which this engine doesn't have"
    return getattr(errors, "PySparkAttributeError", AttributeError)(text % name)


def _group_tag(group):
    """Tags take neither commas nor spaces that are lost on the way."""
    from urllib.parse import quote

    return _GROUP_TAG + quote(str(group), safe="")


class SparkContext:
    """The application behind a session. Made by the session's property."""

    def __init__(self, session, facts, gateway):
        self._session = session
        self._facts = facts
        self._gateway = gateway
        self._local = threading.local()
        self.environment = {}
        self.pythonExec = os.environ.get("PYSPARK_PYTHON", "python3")
        self.pythonVer = "%d.%d" % sys.version_info[:2]

    # ---- facts ---------------------------------------------------------------------------------------
    applicationId = property(lambda self: self._facts.application_id)
    appName = property(lambda self: self._session.conf.get("spark.app.name", self._facts.app_name))
    master = property(lambda self: self._facts.master)
    version = property(lambda self: self._facts.spark_version)
    defaultParallelism = property(lambda self: self._facts.default_parallelism)
    defaultMinPartitions = property(lambda self: min(self._facts.default_parallelism, 2))
    startTime = property(lambda self: int(self._facts.started_at.ToMilliseconds()))
    uiWebUrl = property(lambda self: None)  # as in Spark where it has no UI
    resources = property(lambda self: {})
    sparkHome = property(lambda self: None)

    def sparkUser(self):
        import getpass

        return self._session._client._user_id or getpass.getuser()

    def getConf(self):
        from pyspark.conf import SparkConf

        conf = SparkConf(loadDefaults=False)
        return conf.setAll(sorted(self._facts.settings.items()))

    # ---- jobs ----------------------------------------------------------------------------------------
    def setJobGroup(self, groupId, description, interruptOnCancel=False):
        self._leave_group()
        self.setLocalProperty("spark.jobGroup.id", groupId)
        self.setLocalProperty("spark.job.description", description)
        self._of_session("addTag")(_group_tag(groupId))

    def _leave_group(self):
        group = self.getLocalProperty("spark.jobGroup.id")
        if group is not None:
            self._of_session("removeTag")(_group_tag(group))

    def cancelJobGroup(self, groupId):
        self._of_session("interruptTag")(_group_tag(groupId))

    def cancelAllJobs(self):
        self._of_session("interruptAll")()

    def cancelJobsWithTag(self, tag):
        self._of_session("interruptTag")(tag)

    def addJobTag(self, tag):
        self._of_session("addTag")(tag)

    def removeJobTag(self, tag):
        self._of_session("removeTag")(tag)

    def getJobTags(self):
        return {tag for tag in self._of_session("getTags")() if not tag.startswith(_GROUP_TAG)}

    def clearJobTags(self):
        for tag in self.getJobTags():
            self.removeJobTag(tag)

    def _of_session(self, name):
        method = getattr(self._session, name, None)
        if method is None:
            raise NotImplementedError("SparkSession.%s, which this needs, came with pyspark 3.5" % name)
        return method

    def setJobDescription(self, value):
        self.setLocalProperty("spark.job.description", value)

    def setInterruptOnCancel(self, interruptOnCancel):
        pass  # an operation that is cancelled is always interrupted

    def setLocalProperty(self, key, value):
        properties = vars(self._local)
        if value is None:
            properties.pop(key, None)
        else:
            properties[key] = value

    def getLocalProperty(self, key):
        return vars(self._local).get(key)

    # ---- files ---------------------------------------------------------------------------------------
    def addPyFile(self, path):
        from firesteel import modules

        self._of_session("addArtifacts")(path, pyfile=True)
        modules.make_importable([os.path.abspath(path)])

    def addFile(self, path, recursive=False):
        if recursive:
            raise _unsupported("addFile(recursive=True)")
        self._of_session("addArtifacts")(path, file=True)

    def addArchive(self, path):
        self._of_session("addArtifacts")(path, archive=True)

    # ---- the rest ------------------------------------------------------------------------------------
    def setLogLevel(self, logLevel):
        if str(logLevel).upper() not in _LOG_LEVELS:
            from pyspark.errors import IllegalArgumentException

            raise IllegalArgumentException("%r is no log level; known: %s" % (logLevel, ", ".join(_LOG_LEVELS)))
        self._gateway.call("SetLogLevel", level=str(logLevel).upper())

    def stop(self):
        self._session.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.stop()

    def __repr__(self):
        return "<SparkContext master=%s appName=%s>" % (self.master, self.appName)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise _unsupported(name)


def _make(session):
    """None: the server is not an engine of ours."""
    import grpc

    from firesteel.gateway import Gateway

    gateway = Gateway(session._client)
    try:
        return SparkContext(session, gateway.call("GetContext"), gateway)
    except grpc.RpcError as error:
        if error.code() == grpc.StatusCode.UNIMPLEMENTED:
            return None
        raise


def give_to(session_class):
    """Gives sessions of this class the property, once."""
    original = vars(session_class).get("sparkContext")
    if getattr(original, "of_firesteel", False):
        return

    class ContextProperty(property):
        of_firesteel = True

    def spark_context(self):
        made = vars(self).get("_firesteel_context")
        if made is None:
            made = self._firesteel_context = _make(self)
        if made is not None:
            return made
        if original is not None:
            return original.fget(self)
        raise AttributeError("sparkContext")  # then pyspark's own __getattr__ says what it thinks of it

    session_class.sparkContext = ContextProperty(spark_context)
