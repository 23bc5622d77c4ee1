"""Bare gRPC calls: requests that the real client would never send, and the engine's own service."""
import pathlib
import subprocess
import tempfile
import uuid

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from pyspark.sql.connect.proto import base_pb2, base_pb2_grpc

from harness import ROOT

CALL_TIMEOUT_S = 30
MESSAGE_BYTES_MAX = 128 << 20


def new_id():
    return str(uuid.uuid4())


class Caller:
    """One client session without the client: fills in ids, gives the plain stub."""

    def __init__(self, engine, user="tester", session_id=None):
        options = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
        self.channel = grpc.insecure_channel(f"127.0.0.1:{engine.port}", options=options)
        self.stub = base_pb2_grpc.SparkConnectServiceStub(self.channel)
        self.user = user
        self.session_id = session_id or new_id()

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.channel.close()

    def request(self, kind, **fields):
        message = getattr(base_pb2, kind)(session_id=self.session_id, **fields)
        message.user_context.user_id = self.user
        return message

    def config(self, **operation):
        request = self.request("ConfigRequest", operation=base_pb2.ConfigRequest.Operation(**operation))
        return self.stub.Config(request, timeout=CALL_TIMEOUT_S)

    def get(self, *keys):
        return [p.value for p in self.config(get=base_pb2.ConfigRequest.Get(keys=keys)).pairs]

    def execute(self, plan, operation_id=None, reattachable=True, **fields):
        request = self.request("ExecutePlanRequest", plan=plan, **fields)
        request.operation_id = operation_id or new_id()
        if reattachable:
            request.request_options.add().reattach_options.reattachable = True
        return self.stub.ExecutePlan(request, timeout=CALL_TIMEOUT_S)

    def reattach(self, operation_id, last_response_id=None):
        request = self.request("ReattachExecuteRequest", operation_id=operation_id)
        if last_response_id is not None:
            request.last_response_id = last_response_id
        return self.stub.ReattachExecute(request, timeout=CALL_TIMEOUT_S)

    def release(self, operation_id, until=None):
        request = self.request("ReleaseExecuteRequest", operation_id=operation_id)
        if until is None:
            request.release_all.SetInParent()
        else:
            request.release_until.response_id = until
        return self.stub.ReleaseExecute(request, timeout=CALL_TIMEOUT_S)

    def raw(self, method, payload, stream=False):
        """Any bytes to any method."""
        path = f"/spark.connect.SparkConnectService/{method}"
        make = self.channel.unary_stream if stream else self.channel.unary_unary
        call = make(path, request_serializer=bytes, response_deserializer=bytes)
        answer = call(payload, timeout=CALL_TIMEOUT_S)
        return list(answer) if stream else answer


def error_info(error):
    """The google.rpc.ErrorInfo of a failed call."""
    status = rpc_status.from_call(error)
    assert status is not None, error
    for detail in status.details:
        info = error_details_pb2.ErrorInfo()
        if detail.Is(info.DESCRIPTOR):
            detail.Unpack(info)
            return info
    raise AssertionError(f"no ErrorInfo in {status}")


def condition_of(call):
    """Makes a call (and reads its stream); gives the condition that it fails with, or None."""
    try:
        answer = call()
        if hasattr(answer, "__next__"):
            list(answer)
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.INTERNAL, error
        return error_info(error).metadata.get("errorClass", error.details())
    return None


def sql_plan(query):
    plan = base_pb2.Plan()
    plan.root.sql.query = query
    return plan


def range_plan(end, partitions=None):
    plan = base_pb2.Plan()
    plan.root.range.end = end
    plan.root.range.step = 1
    if partitions:
        plan.root.range.num_partitions = partitions
    return plan


class EngineService:
    """The engine's own service, from its .proto."""

    PACKAGE = "firesteel.v1"

    def __init__(self, engine):
        self.channel = grpc.insecure_channel(f"127.0.0.1:{engine.port}")
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "descriptors"
            subprocess.run(
                ["protoc", f"-I{ROOT / 'proto'}", "--include_imports", f"--descriptor_set_out={out}",
                 "firesteel/engine.proto"],
                check=True,
            )
            files = descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes())
        self.pool = descriptor_pool.DescriptorPool()
        for file in files.file:
            self.pool.Add(file)

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.channel.close()

    def message(self, name):
        return message_factory.GetMessageClass(self.pool.FindMessageTypeByName(f"{self.PACKAGE}.{name}"))

    def call(self, method, metadata=None, **fields):
        make = self.channel.unary_unary(
            f"/{self.PACKAGE}.EngineService/{method}",
            request_serializer=lambda m: m.SerializeToString(),
            response_deserializer=self.message(f"{method}Response").FromString,
        )
        return make(self.message(f"{method}Request")(**fields), timeout=CALL_TIMEOUT_S, metadata=metadata)
