"""Writes the golden files of SafetensorsGoldenTest with the reference library.

Run from this module's folder with numpy, ml_dtypes or torch, and safetensors installed:
    python src/test/python/golden.py
"""
import pathlib

import torch
from safetensors.torch import save_file

folder = pathlib.Path("src/test/resources/golden")
folder.mkdir(parents=True, exist_ok=True)

tensors = {
    "z.f32": torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4,
    "a.f32": torch.tensor([1.5, -2.25, 3.0e38, 1e-45]),
    "f64": torch.tensor([[3.141592653589793]], dtype=torch.float64),
    "bf16": torch.tensor([1.0, -0.5, 256.0], dtype=torch.bfloat16),
    "f16": torch.tensor([1.0, -0.5, 65504.0], dtype=torch.float16),
    "i8": torch.tensor([-128, 0, 127], dtype=torch.int8),
    "i32": torch.tensor([-2147483648, 7], dtype=torch.int32),
    "i64": torch.tensor([9007199254740993], dtype=torch.int64),
    "bool": torch.tensor([True, False, True]),
    "scalar": torch.tensor(42.0),
    "empty": torch.zeros((0, 3), dtype=torch.float32),
    "wörter/\u65e5\u672c\U0001f600\"\\": torch.tensor([5], dtype=torch.int64),
    "wörter/\uffee": torch.tensor([6], dtype=torch.int64),
}
save_file(tensors, folder / "python.safetensors", metadata={"format": "pt \"quoted\" \u00e9\n"})
