"""`EventBatch` as a district reads it: the same bytes, with each event's place and evidence left as
bytes. Made of the proto's own descriptors, so that it has every field that they have.

A message in a message and bytes look alike in protobuf. To take a message apart and write it out
again costs more than all the other fields of an event.
"""

from typing import Any

from google.protobuf import (  # type: ignore[import-untyped]  # no stubs
    descriptor_pb2,
    descriptor_pool,
    message_factory,
)

from citybrain.wire.v1 import event_pb2, vocabulary_pb2

KEPT_AS_BYTES = {"Event": ("place", "evidence")}


def _batch_view() -> Any:
    pool = descriptor_pool.DescriptorPool()  # of its own: the names are the proto's
    for module in (vocabulary_pb2, event_pb2):
        file = descriptor_pb2.FileDescriptorProto()
        module.DESCRIPTOR.CopyToProto(file)
        for message in file.message_type:
            for field in message.field:
                if field.name in KEPT_AS_BYTES.get(message.name, ()):
                    field.type = descriptor_pb2.FieldDescriptorProto.TYPE_BYTES
                    field.ClearField("type_name")
        pool.Add(file)
    found = pool.FindMessageTypeByName(event_pb2.EventBatch.DESCRIPTOR.full_name)
    return message_factory.GetMessageClass(found)


EventBatchView = _batch_view()
