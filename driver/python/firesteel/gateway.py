"""The engine's own service (proto/firesteel/engine.proto), over a channel beside the client's.

Messages are made from the descriptors that the build wrote: generated code would tie the package to
one release of protobuf.
"""
import os

SERVICE = "firesteel.v1.EngineService"
TIMEOUT_S = 30


def _messages():
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    files = descriptor_pb2.FileDescriptorSet()
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "engine.desc"), "rb") as descriptors:
        files.ParseFromString(descriptors.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.AddSerializedFile(file.SerializeToString())
    make = getattr(message_factory, "GetMessageClass", None) or message_factory.MessageFactory(pool).GetPrototype
    return {
        method.name: (make(method.input_type), make(method.output_type))
        for method in pool.FindServiceByName(SERVICE).methods
    }


class Gateway:
    """Calls of the service: gateway.call("GetContext")."""

    def __init__(self, client):
        self._channel = client._builder.toChannel()
        self._metadata = client._builder.metadata
        self._types = _messages()

    def call(self, method, **fields):
        request, response = self._types[method]
        call = self._channel.unary_unary(
            "/%s/%s" % (SERVICE, method),
            request_serializer=request.SerializeToString,
            response_deserializer=response.FromString,
        )
        return call(request(**fields), timeout=TIMEOUT_S, metadata=list(self._metadata()))
