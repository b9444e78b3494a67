"""Reads a run folder's event file with TensorBoard and compares it with metrics.jsonl.

Run with tensorboard installed:
    python src/test/python/check_event_file.py RUN_FOLDER
Last done with tensorboard 2.21.0.
"""
import json
import pathlib
import sys

import numpy
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

folder = pathlib.Path(sys.argv[1])
accumulator = EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0})
accumulator.Reload()
expected = {}
texts = []
for line in (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines():
    event = json.loads(line)
    if event["type"] == "step":
        for tag, key in [("loss", "loss"), ("learningRate", "learningRate"), ("gradientNorm", "gradientNorm"),
                         ("tokensPerSecond", "tokensPerSecond"), ("secondsPerStep", "seconds"), ("epoch", "epoch")]:
            expected.setdefault("train/" + tag, []).append((event["step"], event[key]))
    elif event["type"] == "evaluation":
        for name, value in event["figures"].items():
            expected.setdefault(event["split"] + "/" + name, []).append((event["step"], value))
    elif event["type"] == "note":
        texts.append((event["step"], event["text"]))
assert set(accumulator.Tags()["scalars"]) == set(expected), accumulator.Tags()
for tag, points in expected.items():
    found = [(s.step, s.value) for s in accumulator.Scalars(tag)]
    wanted = [(step, float(numpy.float32(value))) for step, value in points]
    assert len(found) == len(wanted) and all(
        a == b and (x == y or (x != x and y != y)) for (a, x), (b, y) in zip(found, wanted)), tag
found = [(t.step, t.tensor_proto.string_val[0].decode()) for t in accumulator.Tensors("note")] if texts else []
assert found == texts, (found, texts)
if texts:
    assert accumulator.SummaryMetadata("note").plugin_data.plugin_name == "text"
print("equal:", {tag: len(points) for tag, points in expected.items()}, "texts:", len(texts))
