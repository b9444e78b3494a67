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

# Every type that the library writes, with all codes of the narrow ones, and what torch makes of them.
codes = torch.arange(256, dtype=torch.int16).to(torch.uint8)
narrow = {
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E5M2": torch.float8_e5m2,
    "F8_E4M3FNUZ": torch.float8_e4m3fnuz,
    "F8_E5M2FNUZ": torch.float8_e5m2fnuz,
    "F8_E8M0": torch.float8_e8m0fnu,
}
types = {code: codes.clone().view(dtype) for code, dtype in narrow.items()}
types |= {code + ".f32": codes.view(dtype).float() for code, dtype in narrow.items()}
types |= {
    "F4": codes[:128].clone().reshape(16, 8).view(torch.float4_e2m1fn_x2),
    "I16": torch.tensor([-32768, 32767, 5], dtype=torch.int16),
    "U8": codes[250:].clone(),
    "U16": torch.tensor([0, 65535, 5], dtype=torch.uint16),
    "U32": torch.tensor([0, 4294967295, 5], dtype=torch.uint32),
    "U64": torch.tensor([0, 2**63 - 1, 5], dtype=torch.uint64),
    "U64.large": torch.tensor([2**63], dtype=torch.uint64),
    "C64": torch.tensor([1 + 2j]),
    "BF16": torch.tensor([1.0, -0.5, 256.0], dtype=torch.bfloat16),
    "F16": torch.tensor([1.0, -0.5, 65504.0, 6e-8], dtype=torch.float16),
    "F64": torch.tensor([1 / 3], dtype=torch.float64),
    "I64": torch.tensor([2**40], dtype=torch.int64),
    "BOOL": torch.tensor([True, False]),
}

# A matrix in blocks of 128 x 128, none of them whole at the right and at the bottom.
torch.manual_seed(20261128)
weight = torch.randn(131, 137).to(torch.float8_e4m3fn)
scales = torch.rand(2, 2) + 0.01
wide = scales.repeat_interleave(128, 0).repeat_interleave(128, 1)[:131, :137]
types |= {
    "block.weight": weight,
    "block.weight_scale_inv": scales,
    "block.f32": weight.float() * wide,
    "block.bf16": (weight.float() * wide).bfloat16(),
}
save_file(types, folder / "types.safetensors")
