"""AddArtifacts and ArtifactStatus."""
import hashlib
import zlib

import grpc
import pytest
from pyspark.sql.connect.proto import base_pb2

from stubs import Caller, condition_of, error_info

Request = base_pb2.AddArtifactsRequest


@pytest.fixture
def caller(engine):
    with Caller(engine) as made:
        yield made


def chunk(data, crc=None):
    return Request.ArtifactChunk(data=data, crc=zlib.crc32(data) if crc is None else crc)


def batch(caller, *artifacts):
    request = caller.request("AddArtifactsRequest")
    for name, piece in artifacts:
        request.batch.artifacts.add(name=name, data=piece)
    return request


def exists(caller, *names):
    request = caller.request("ArtifactStatusesRequest", names=names)
    statuses = caller.stub.ArtifactStatus(request).statuses
    return [statuses[name].exists for name in names]


def add(caller, *requests):
    return [(a.name, a.is_crc_successful) for a in caller.stub.AddArtifacts(iter(requests)).artifacts]


def test_whole_artifacts_are_stored(caller):
    added = add(caller, batch(caller, ("pyfiles/a.py", chunk(b"x = 1")), ("cache/abc", chunk(b""))))
    assert added == [("pyfiles/a.py", True), ("cache/abc", True)]
    assert exists(caller, "pyfiles/a.py", "cache/abc", "pyfiles/b.py") == [True, True, False]


def test_large_artifacts_come_in_chunks(caller):
    pieces = [b"a" * 32768, b"b" * 32768, b"c"]
    begin = caller.request("AddArtifactsRequest")
    begin.begin_chunk.name = "files/large"
    begin.begin_chunk.total_bytes = sum(map(len, pieces))
    begin.begin_chunk.num_chunks = len(pieces)
    begin.begin_chunk.initial_chunk.CopyFrom(chunk(pieces[0]))
    rest = [caller.request("AddArtifactsRequest", chunk=chunk(piece)) for piece in pieces[1:]]
    assert add(caller, begin, *rest) == [("files/large", True)]
    assert exists(caller, "files/large") == [True]


def test_a_wrong_crc_is_told_and_nothing_is_stored(caller):
    added = add(caller, batch(caller, ("files/bad", chunk(b"1", crc=7)), ("files/good", chunk(b"1"))))
    assert added == [("files/bad", False), ("files/good", True)]
    assert exists(caller, "files/bad", "files/good") == [False, True]


def test_the_same_name_takes_the_same_bytes_only(caller):
    add(caller, batch(caller, ("files/a", chunk(b"1"))))
    assert add(caller, batch(caller, ("files/a", chunk(b"1")))) == [("files/a", True)]
    assert condition_of(lambda: add(caller, batch(caller, ("files/a", chunk(b"2"))))) == "ARTIFACT_ALREADY_EXISTS"


@pytest.mark.parametrize("name", ["/etc/passwd", "files/../../x", "", "unknown/x", "forward_to_fs/tmp/x"])
def test_names_stay_inside(caller, name):
    assert condition_of(lambda: add(caller, batch(caller, (name, chunk(b"1"))))) == "INVALID_ARTIFACT_PATH"


def test_streams_that_make_no_sense(caller):
    orphan = caller.request("AddArtifactsRequest", chunk=chunk(b"1"))
    assert condition_of(lambda: add(caller, orphan)) == "CONNECT_INVALID_PLAN.CANNOT_PARSE"
    assert condition_of(lambda: add(caller)) == "CONNECT_INVALID_PLAN.CANNOT_PARSE"
    begin = caller.request("AddArtifactsRequest")
    begin.begin_chunk.name = "files/cut"
    begin.begin_chunk.total_bytes = 2
    begin.begin_chunk.num_chunks = 2
    begin.begin_chunk.initial_chunk.CopyFrom(chunk(b"1"))
    assert condition_of(lambda: add(caller, begin)) == "CONNECT_INVALID_PLAN.CANNOT_PARSE"
    assert exists(caller, "files/cut") == [False]


def test_artifacts_are_bounded():
    from harness import Engine

    with Engine("--conf", "firesteel.artifacts.bytesMaxPerSession=1000") as engine, Caller(engine) as caller:
        with pytest.raises(grpc.RpcError) as failed:
            add(caller, batch(caller, ("files/a", chunk(b"x" * 1001))))
        assert error_info(failed.value).reason == "org.apache.spark.SparkException"
        assert add(caller, batch(caller, ("files/b", chunk(b"x" * 1000)))) == [("files/b", True)]


def test_the_real_client_adds_files(spark, tmp_path):
    module = tmp_path / "some_module.py"
    module.write_text("x = 1\n")
    spark.addArtifacts(str(module), pyfile=True)
    data = tmp_path / "data.txt"
    data.write_bytes(b"0123456789" * 20_000)
    spark.addArtifacts(str(data), file=True)
    digests = [spark._client.cache_artifact(data.read_bytes()) for _ in range(2)]
    assert digests == [hashlib.sha256(data.read_bytes()).hexdigest()] * 2
