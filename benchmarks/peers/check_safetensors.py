"""Shows that Python's safetensors reads what mla4j wrote.

    python benchmarks/peers/check_safetensors.py runs/quickstart/model.safetensors

Prints each tensor's name, type, shape, sum and largest magnitude, then the totals; fails on
values that are not finite. A folder stands for the model files in it.
"""

import argparse
import json
import pathlib
import sys

import torch
from safetensors import safe_open


def model_files(path):
    if path.is_dir():
        return sorted(path.glob("*.safetensors"))
    return [path] if path.is_file() else []


def describe(path):
    with safe_open(path, framework="pt") as tensors:
        for name in tensors.keys():
            tensor = tensors.get_tensor(name)
            values = tensor.to(torch.float64)
            yield {
                "name": name,
                "dtype": str(tensor.dtype).removeprefix("torch."),
                "shape": list(tensor.shape),
                "sum": values.sum().item(),
                "max": values.abs().max().item() if values.numel() else 0.0,
                "finite": bool(values.isfinite().all()),
                "values": values.numel(),
            }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--json", help="a file for the same in JSON")
    options = parser.parse_args()
    files = model_files(options.model)
    if not files:
        sys.exit(f"There is no safetensors file at {options.model}.")
    tensors = [tensor for file in files for tensor in describe(file)]
    for tensor in tensors:
        shape = "x".join(map(str, tensor["shape"])) or "scalar"
        print(
            f"{tensor['name']:60} {tensor['dtype']:8} {shape:14} sum {tensor['sum']:+.6e}"
            f"  max {tensor['max']:.6e}"
        )
    print(f"{len(tensors)} tensors, {sum(tensor['values'] for tensor in tensors)} values")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(tensors, indent=2), encoding="utf-8")
    broken = [tensor["name"] for tensor in tensors if not tensor["finite"]]
    if broken:
        sys.exit("Not finite: " + ", ".join(broken))


if __name__ == "__main__":
    main()
