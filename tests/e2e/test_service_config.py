"""Settings, as Spark's RuntimeConfig treats them over the wire."""
import grpc
import pytest
from pyspark.sql.connect.proto import base_pb2

from stubs import Caller, condition_of, error_info

Config = base_pb2.ConfigRequest
KeyValue = base_pb2.KeyValue

# What clients from 3.4.1 to 4.3 ask before their first query, and what Spark 4.1.1 answers.
CLIENT_KEYS = {
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.session.localRelationCacheThreshold": "1048576",
    "spark.sql.session.localRelationChunkSizeRows": "10000",
    "spark.sql.session.localRelationChunkSizeBytes": "16777216",
    "spark.sql.session.localRelationBatchOfChunksSizeBytes": "1073741824",
    "spark.sql.session.localRelationSizeLimit": "3221225472",
    "spark.sql.execution.pandas.convertToArrowArraySafely": "true",
    "spark.sql.execution.pandas.inferPandasDictAsMap": "false",
    "spark.sql.pyspark.inferNestedDictAsStruct.enabled": "false",
    "spark.sql.pyspark.legacy.inferArrayTypeFromFirstElement.enabled": "false",
    "spark.sql.pyspark.legacy.inferMapTypeFromFirstPair.enabled": "false",
    "spark.sql.execution.arrow.useLargeVarTypes": "false",
    "spark.connect.session.planCompression.threshold": "10485760",
    "spark.connect.session.planCompression.defaultAlgorithm": "ZSTD",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "10000",
    "spark.sql.execution.pandas.structHandlingMode": "legacy",
    "spark.sql.execution.pyspark.binaryAsBytes": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.execution.arrow.pyspark.selfDestruct.enabled": "false",
    "spark.sql.execution.pythonUDF.arrow.enabled": "false",
    "spark.sql.execution.pythonUDTF.arrow.enabled": "false",
    "spark.sql.repl.eagerEval.enabled": "false",
    "spark.sql.repl.eagerEval.maxNumRows": "20",
    "spark.sql.repl.eagerEval.truncate": "20",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.shuffle.partitions": "200",
    "spark.sql.sources.default": "parquet",
    "spark.python.sql.dataFrameDebugging.enabled": "true",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.connect.serverStacktrace.enabled": "false",
    "spark.sql.pyspark.jvmStacktrace.enabled": "false",
}


@pytest.fixture
def caller(engine):
    with Caller(engine) as made:
        yield made


def test_every_key_that_clients_ask_has_sparks_value(caller):
    assert dict(zip(CLIENT_KEYS, caller.get(*CLIENT_KEYS))) == CLIENT_KEYS


def test_answers_carry_the_session(caller):
    first = caller.config(get=Config.Get(keys=["spark.sql.ansi.enabled"]))
    second = caller.config(get=Config.Get(keys=["spark.sql.ansi.enabled"]))
    assert first.session_id == caller.session_id
    assert first.server_side_session_id and first.server_side_session_id == second.server_side_session_id


def test_get_of_one_unknown_key_fails_as_a_whole(caller):
    with pytest.raises(grpc.RpcError) as failed:
        caller.get("spark.sql.ansi.enabled", "spark.nosuch")
    info = error_info(failed.value)
    assert failed.value.code() == grpc.StatusCode.INTERNAL
    assert info.reason == "org.apache.spark.SparkNoSuchElementException"
    assert info.domain == "org.apache.spark"
    assert info.metadata["errorClass"] == "SQL_CONF_NOT_FOUND"
    assert info.metadata["sqlState"] == "42K0I"
    assert info.metadata["messageParameters"] == r'{"sqlConf":"\"spark.nosuch\""}'


def test_get_option_and_defaults(caller):
    pairs = caller.config(get_option=Config.GetOption(keys=["spark.nosuch", "spark.sql.ansi.enabled"])).pairs
    assert [p.HasField("value") for p in pairs] == [False, True]
    given = [KeyValue(key="spark.sql.ansi.enabled", value="false"), KeyValue(key="x"), KeyValue(key="y", value="1")]
    pairs = caller.config(get_with_default=Config.GetWithDefault(pairs=given)).pairs
    assert [p.value if p.HasField("value") else None for p in pairs] == ["false", None, "1"]
    wrong = [KeyValue(key="spark.sql.ansi.enabled", value="perhaps")]
    fails = condition_of(lambda: caller.config(get_with_default=Config.GetWithDefault(pairs=wrong)))
    assert fails == "INVALID_CONF_VALUE.TYPE_MISMATCH"


def test_set_unset_and_get_all(caller):
    caller.config(set=Config.Set(pairs=[KeyValue(key="my.prefix.a", value="1"), KeyValue(key="my.b", value="2")]))
    pairs = caller.config(get_all=Config.GetAll(prefix="my.prefix.")).pairs
    assert [(p.key, p.value) for p in pairs] == [("a", "1")]
    caller.config(unset=Config.Unset(keys=["my.b"]))
    assert condition_of(lambda: caller.get("my.b")) == "SQL_CONF_NOT_FOUND"
    everything = {p.key: p.value for p in caller.config(get_all=Config.GetAll()).pairs}
    assert everything["my.prefix.a"] == "1" and "spark.app.id" in everything


@pytest.mark.parametrize(
    "key, value, condition",
    [
        ("spark.sql.warehouse.dir", "/x", "CANNOT_MODIFY_STATIC_CONFIG"),
        ("spark.executor.memory", "1g", "CANNOT_MODIFY_CONFIG"),
        ("spark.sql.shuffle.partitions", "many", "INVALID_CONF_VALUE.TYPE_MISMATCH"),
        ("spark.sql.timestampType", "X", "INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS"),
    ],
)
def test_what_set_refuses_and_silent_set_warns_about(caller, key, value, condition):
    pairs = [KeyValue(key=key, value=value), KeyValue(key="my.key", value="kept")]
    assert condition_of(lambda: caller.config(set=Config.Set(pairs=pairs))) == condition
    answer = caller.config(set=Config.Set(pairs=pairs, silent=True))
    assert len(answer.warnings) == 1 and key in answer.warnings[0]
    assert caller.get("my.key") == ["kept"]


# Keys that nothing here acts on: the value (None: there is none) and whether a session may set it, as Spark 4.1.1 answers.
REGISTERED = {
    "spark.sql.execution.arrow.maxBytesPerBatch": ("67108864b", "true"),
    "spark.sql.execution.pyspark.udf.tracebackDumpIntervalSeconds": ("0ms", "true"),
    "spark.sql.execution.python.udf.maxRecordsPerBatch": ("100", "true"),
    "spark.sql.streaming.stateStore.encodingFormat": ("unsaferow", "true"),
    "spark.sql.adaptive.customCostEvaluatorClass": (None, "true"),
    "spark.sql.adaptive.logLevel": ("DEBUG", "true"),
    "spark.sql.streaming.ui.enabled": ("true", "false"),
}


def test_keys_without_a_meaning_here_are_answered_as_by_spark(caller):
    pairs = caller.config(get_option=Config.GetOption(keys=REGISTERED)).pairs
    modifiable = caller.config(is_modifiable=Config.IsModifiable(keys=REGISTERED)).pairs
    answers = [(p.value if p.HasField("value") else None, m.value) for p, m in zip(pairs, modifiable)]
    assert dict(zip(REGISTERED, answers)) == REGISTERED
    idle = KeyValue(key="spark.python.worker.idleTimeoutSeconds", value="3")
    assert condition_of(lambda: caller.config(set=Config.Set(pairs=[idle]))) == "CANNOT_MODIFY_CONFIG"


def test_settings_of_workers_that_change_nothing_are_told(caller):
    for name in ("idleTimeoutSeconds", "killOnIdleTimeout", "tracebackDumpIntervalSeconds", "faulthandler.enabled"):
        value = "3" if name.endswith("Seconds") else "true"
        pair = KeyValue(key="spark.sql.execution.pyspark.udf." + name, value=value)
        (warning,) = caller.config(set=Config.Set(pairs=[pair])).warnings
        assert "has no effect" in warning and name in warning


def test_is_modifiable(caller):
    keys = ["spark.sql.ansi.enabled", "spark.sql.warehouse.dir", "spark.executor.memory", "spark.nosuch"]
    pairs = caller.config(is_modifiable=Config.IsModifiable(keys=keys)).pairs
    assert [p.value for p in pairs] == ["true", "false", "false", "false"]


def test_sessions_do_not_share_settings(engine, caller):
    caller.config(set=Config.Set(pairs=[KeyValue(key="spark.sql.ansi.enabled", value="false")]))
    with Caller(engine) as other:
        assert other.get("spark.sql.ansi.enabled") == ["true"]


def test_the_real_client_sees_settings_and_errors(spark):
    from pyspark.errors import SparkNoSuchElementException

    spark.conf.set("spark.sql.shuffle.partitions", 7)
    assert spark.conf.get("spark.sql.shuffle.partitions") == "7"
    assert spark.conf.get("nosuch", "given") == "given"
    assert spark.conf.isModifiable("spark.sql.ansi.enabled")
    assert spark.version == "4.1.1"
    with pytest.raises(SparkNoSuchElementException) as failed:
        spark.conf.get("nosuch")
    assert failed.value.getCondition() == "SQL_CONF_NOT_FOUND"
    assert failed.value.getSqlState() == "42K0I"
    assert failed.value.getMessageParameters() == {"sqlConf": '"nosuch"'}
    assert "JVM stacktrace" not in str(failed.value)


# Text and what Spark 4.1.1 makes of it.
SUBSTITUTED = {
    "SELECT '${my.key}', '${hivevar:my.key}', '${nope}', '${nope:x}'": ["v", "v", "", "${nope:x}"],
    "SELECT ${my.key} FROM VALUES (1) AS t(v)": [1],
    "SELECT '${spark.sql.adaptive.customCostEvaluatorClass}'": [""],
    "EXECUTE IMMEDIATE 'SELECT \"$' || '{my.key}\"'": ["v"],
}


def test_text_takes_the_values_of_settings(spark):
    spark.conf.set("my.key", "v")
    for text, row in SUBSTITUTED.items():
        assert list(spark.sql(text).first()) == row, text
    frame = spark.range(1).selectExpr("'${my.key}'")
    assert frame.columns == ["v"] and frame.filter("'${my.key}' = 'v'").count() == 1
    spark.conf.set("circle", "${circle}")
    with pytest.raises(Exception, match="Circular reference"):
        spark.sql("SELECT '${circle}'")
    spark.conf.set("spark.sql.variable.substitute", "false")
    assert spark.sql("SELECT '${my.key}'").first()[0] == "${my.key}"
