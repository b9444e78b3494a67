"""Writes the golden event file of EventFileWriterTest with TensorBoard's own classes.

Run from this module's folder with tensorboard installed:
    python src/test/python/golden_events.py
"""
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

TIME = 1763806530.25


def text(tag, content):
    shape = tensor_shape_pb2.TensorShapeProto(dim=[tensor_shape_pb2.TensorShapeProto.Dim(size=1)])
    tensor = tensor_pb2.TensorProto(
        dtype=types_pb2.DT_STRING, tensor_shape=shape, string_val=[content.encode()])
    metadata = summary_pb2.SummaryMetadata(
        plugin_data=summary_pb2.SummaryMetadata.PluginData(plugin_name="text"))
    return summary_pb2.Summary.Value(tag=tag, tensor=tensor, metadata=metadata)


def scalar(tag, value):
    return summary_pb2.Summary.Value(tag=tag, simple_value=value)


events = [
    event_pb2.Event(wall_time=TIME, file_version="brain.Event:2"),
    event_pb2.Event(
        wall_time=TIME + 1, step=3, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START)),
    event_pb2.Event(
        wall_time=TIME + 2, step=0, summary=summary_pb2.Summary(value=[scalar("train/loss", 0.0)])),
    event_pb2.Event(
        wall_time=TIME + 3, step=300,
        summary=summary_pb2.Summary(value=[scalar("train/loss", 0.1), scalar("validation/größe", -1e30)])),
    event_pb2.Event(
        wall_time=TIME + 4, step=1 << 40,
        summary=summary_pb2.Summary(value=[text("note", "Grüße, **bold** " + "x" * 300)])),
    event_pb2.Event(
        wall_time=TIME + 5, step=-1,
        summary=summary_pb2.Summary(value=[scalar("nan", float("nan")), scalar("inf", float("inf"))])),
]
with open("src/test/resources/golden/events.out.tfevents.golden", "wb") as file:
    writer = RecordWriter(file)
    for event in events:
        writer.write(event.SerializeToString())
