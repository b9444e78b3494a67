"""Writes tiny random causal language models with the logits that `transformers` computes of them.

    python models/src/test/python/golden_causal.py           all variants
    python models/src/test/python/golden_causal.py --only v3 those whose name matches

Each folder holds a model in Hugging Face's layout and `expected.json`. What it writes depends on
nothing but the versions named there, so a second run leaves the files as they are. See README.md.
"""

import argparse
import json
import math
import pathlib
import re
import shutil
import tempfile

import torch
import transformers
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM
from transformers.cache_utils import DynamicCache

from golden_variants import VARIANTS

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE.parent / "resources/io/mla4j/models/causal/golden"
LENGTHS = (6, 17)  # tokens of the two prompts
MARGIN = 1e-3  # a routing choice nearer to a tie than this would depend on rounding
BF16_SHARE = 0.015  # of the largest logit: what transformers' own bf16 may be off by
SEEDS = 400  # tried in turn until a model is fit to compare with
BLOCK = 128  # rows and columns that share one scale in a block-scaled FP8 matrix
E4M3_LARGEST = 448.0
KEPT = re.compile(r"embed_tokens|head|eh_proj|norm|mlp\.gate\.|bias")  # never stored in FP8


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="a regular expression looked for in the names")
    parser.add_argument("--into", type=pathlib.Path, default=GOLDEN)
    options = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    for variant in VARIANTS:
        if re.search(options.only, variant.name):
            write_comparable(variant, options.into / variant.name)


def write_comparable(variant, folder):
    """Takes the first seed whose model tells a wrong implementation from mere rounding."""
    for seed in range(variant.seed, variant.seed + SEEDS):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write_model(variant, folder, seed)
        expected = expect(variant, folder, seed)
        if is_comparable(expected):
            (folder / "expected.json").write_text(as_text(expected), encoding="utf-8")
            report(folder, expected)
            return
    raise SystemExit(f"{variant.name}: none of {SEEDS} seeds is far enough from ties")


def is_comparable(expected):
    """No routing near a tie, none that bf16 turns, and a model that bf16 can compute at all."""
    margin = expected["routingMargin"]
    return (
        (margin is None or margin >= MARGIN)
        and expected["bf16RoutingDiffers"] == 0
        and expected["bf16Share"] <= BF16_SHARE
    )


def report(folder, expected):
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(
        f"{folder.name:34} seed {expected['seed']:4}  {size / 1e3:6.1f} kB"
        f"  largest logit {expected['largestLogit']:.2f}  margin {expected['routingMargin']}"
        f"  cached {expected['cachedDifference']:.1e}  bf16 {expected['bf16Share']:.4f}",
        flush=True,
    )


# --- the model's folder -------------------------------------------------------------------------


def write_model(variant, folder, seed):
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(variant.config(), dtype=torch.float32)
    fill(model)
    if variant.storage == "F32":
        model.save_pretrained(folder, max_shard_size=variant.shard)
    else:
        to_bf16(model).save_pretrained(folder, max_shard_size=variant.shard)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if variant.predictor or variant.storage == "F8_E4M3":
        rewrite(variant, folder)
    if variant.published:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        write_json(folder / "config.json", variant.published(config))


def fill(model):
    """Puts random numbers everywhere: what initialisation leaves zero or one would prove nothing."""
    tied = model.config.tie_word_embeddings
    with torch.no_grad():
        for name, tensor in [*model.named_parameters(), *persistent_buffers(model)]:
            tensor.copy_(random_like(name, tensor, tied))


def persistent_buffers(model):
    stored = model.state_dict()
    return [(name, buffer) for name, buffer in model.named_buffers() if name in stored]


def random_like(name, tensor, tied):
    noise = torch.randn(tensor.shape)
    if "norm" in name:
        return 1 + 0.2 * noise
    if name.endswith("e_score_correction_bias"):
        return 0.25 * noise
    if name.endswith("bias"):
        return 0.3 * noise
    if name.endswith("embed_tokens.weight"):
        return noise * (2 / math.sqrt(tensor.shape[-1]) if tied else 1)
    if name.endswith("mlp.gate.weight"):
        return 1.5 * noise / math.sqrt(tensor.shape[-1])
    return noise / math.sqrt(tensor.shape[-1])


def to_bf16(model):
    """As published models are: bf16, but for the router's correction bias."""
    kept = {name: buffer.clone() for name, buffer in persistent_buffers(model)}
    model.to(torch.bfloat16)
    for name, values in kept.items():
        module, _, leaf = name.rpartition(".")
        setattr(model.get_submodule(module), leaf, values)
    return model


def rewrite(variant, folder):
    """Replaces the weights by what `save_pretrained` cannot write: FP8 blocks, a predictor layer."""
    tensors = read(folder)
    if variant.predictor:
        tensors |= predictor(tensors, variant.config())
    if variant.storage == "F8_E4M3":
        tensors = quantized(tensors)
    for file in [*folder.glob("*.safetensors"), *folder.glob("*.index.json")]:
        file.unlink()
    names = sorted(tensors)
    count = variant.files
    parts = [names[len(names) * i // count : len(names) * (i + 1) // count] for i in range(count)]
    shards = [f"model-{i + 1:05}-of-{count:05}.safetensors" for i in range(count)]
    for shard, part in zip(shards, parts, strict=True):
        save_file({name: tensors[name] for name in part}, folder / shard, {"format": "pt"})
    total = sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())
    index = {name: shard for shard, part in zip(shards, parts) for name in part}
    write_json(
        folder / "model.safetensors.index.json",
        {"metadata": {"total_size": total}, "weight_map": index},
    )


def read(folder):
    tensors = {}
    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, "pt") as opened:
            tensors |= {name: opened.get_tensor(name) for name in opened.keys()}
    return tensors


def predictor(tensors, config):
    """The multi-token predictor that DeepSeek publishes as one more layer; readers pass it over."""
    last, extra = (f"model.layers.{config.num_hidden_layers - i}." for i in (1, 0))
    width = config.hidden_size
    made = {
        extra + name.removeprefix(last): torch.randn(tensor.shape).to(tensor.dtype) / 4
        for name, tensor in tensors.items()
        if name.startswith(last) and "experts" not in name
    }
    shapes = {
        "embed_tokens.weight": (config.vocab_size, width),
        "enorm.weight": (width,),
        "hnorm.weight": (width,),
        "eh_proj.weight": (width, 2 * width),
        "shared_head.norm.weight": (width,),
        "shared_head.head.weight": (config.vocab_size, width),
    }
    for name, shape in shapes.items():
        made[extra + name] = torch.randn(shape).to(torch.bfloat16)
    return made


def quantized(tensors):
    result = {}
    for name, tensor in tensors.items():
        if tensor.dim() == 2 and not KEPT.search(name):
            result[name], result[name + "_scale_inv"] = block_scaled(tensor.float())
        else:
            result[name] = tensor
    return result


def block_scaled(weight):
    """E4M3 values [out, in] and float32 scales [ceil(out / 128), ceil(in / 128)] to multiply by."""
    rows, columns = (math.ceil(extent / BLOCK) for extent in weight.shape)
    scales = torch.empty(rows, columns)
    values = torch.empty(weight.shape, dtype=torch.float8_e4m3fn)
    for row in range(rows):
        for column in range(columns):
            at = (slice(row * BLOCK, (row + 1) * BLOCK), slice(column * BLOCK, (column + 1) * BLOCK))
            scales[row, column] = weight[at].abs().max() / E4M3_LARGEST
            values[at] = (weight[at] / scales[row, column]).to(torch.float8_e4m3fn)
    return values, scales


def dequantized(tensors):
    result = {}
    for name, tensor in tensors.items():
        if name.endswith("_scale_inv"):
            continue
        if name + "_scale_inv" in tensors:
            scales = tensors[name + "_scale_inv"]
            wide = scales.repeat_interleave(BLOCK, 0).repeat_interleave(BLOCK, 1)
            tensor = tensor.float() * wide[: tensor.shape[0], : tensor.shape[1]]
        result[name] = tensor.float()
    return result


# --- what transformers computes of it -----------------------------------------------------------


def expect(variant, folder, seed):
    model = reopen(variant, folder, torch.float32)
    prompts = [prompt(model, length, seed) for length in LENGTHS]
    runs = [run(model, ids) for ids in prompts]
    narrow = reopen(variant, folder, torch.bfloat16)
    narrow_runs = [run(narrow, ids) for ids in prompts]
    largest = max(logits.abs().max().item() for logits, _, _ in runs)
    margins = [margin for _, _, margins in runs for margin in margins]
    return {
        "variant": variant.name,
        "seed": seed,
        "transformers": transformers.__version__,
        "torch": torch.__version__,
        "largestLogit": largest,
        "routingMargin": min(margins) if margins else None,
        "cachedDifference": max(
            (cached(model, ids) - logits).abs().max().item()
            for ids, (logits, _, _) in zip(prompts, runs, strict=True)
        ),
        "bf16Share": max(
            (narrow_logits - logits).abs().max().item() / largest
            for (narrow_logits, _, _), (logits, _, _) in zip(narrow_runs, runs, strict=True)
        ),
        "bf16RoutingDiffers": sum(
            a != b
            for (_, narrow_choices, _), (_, choices, _) in zip(narrow_runs, runs, strict=True)
            for narrow_layer, layer in zip(narrow_choices, choices, strict=True)
            for a, b in zip(narrow_layer, layer, strict=True)
        ),
        "prompts": [
            {"ids": ids, "experts": choices, "logits": logits.tolist()}
            for ids, (logits, choices, _) in zip(prompts, runs, strict=True)
        ],
    }


def reopen(variant, folder, dtype):
    """Opens the folder as anyone would; FP8 by way of a copy in float32, which needs no GPU."""
    if variant.storage != "F8_E4M3":
        return open_model(folder, dtype)
    with tempfile.TemporaryDirectory() as copy:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        del config["quantization_config"]
        write_json(pathlib.Path(copy) / "config.json", config)
        save_file(dequantized(read(folder)), f"{copy}/model.safetensors", {"format": "pt"})
        return open_model(copy, dtype)


def open_model(folder, dtype):
    # The grouped product of experts that transformers takes by itself refuses odd widths.
    model, seen = AutoModelForCausalLM.from_pretrained(
        folder,
        dtype=dtype,
        attn_implementation="eager",
        experts_implementation="eager",
        output_loading_info=True,
    )
    if seen["missing_keys"] or seen["mismatched_keys"]:
        raise SystemExit(f"{folder} does not fit its model: {seen}")
    return model.eval()


def prompt(model, length, seed):
    generator = torch.Generator().manual_seed(1000 * seed + length)
    return torch.randint(model.config.vocab_size, (length,), generator=generator).tolist()


@torch.no_grad()
def run(model, ids):
    """Logits [T, V], each router's experts a token, and how far from a tie each choice was."""
    choices, margins, hooks = [], [], []
    for name, module in model.named_modules():
        if name.endswith("mlp.gate"):
            hooks.append(module.register_forward_hook(watch(choices, margins)))
    logits = model(torch.tensor([ids]), use_cache=False).logits[0].float()
    for hook in hooks:
        hook.remove()
    return logits, choices, margins


def watch(choices, margins):
    def hook(router, _, output):
        router_logits, _, experts = output
        choices.append([sorted(row) for row in experts.tolist()])
        margins.append(routing_margin(router, router_logits.float()))

    return hook


def routing_margin(router, router_logits):
    """The least difference between what is chosen and what just is not, of groups and of experts."""
    if hasattr(router, "e_score_correction_bias"):
        scores = router_logits.sigmoid() + router.e_score_correction_bias
        of_group = lambda grouped: grouped.topk(2, dim=-1).values.sum(-1)
    else:
        scores = router_logits.softmax(-1)
        of_group = lambda grouped: grouped.max(-1).values
    groups = router.num_group or 1
    if groups == 1 or getattr(router, "topk_method", "") == "greedy":
        return gap(scores, router.top_k)
    grouped = scores.unflatten(-1, (groups, -1))
    group_scores = of_group(grouped)
    chosen = group_scores.topk(router.topk_group, dim=-1).indices
    hidden = torch.ones_like(group_scores, dtype=torch.bool).scatter(1, chosen, False)
    open_scores = grouped.masked_fill(hidden.unsqueeze(-1), -math.inf).flatten(-2)
    return min(gap(group_scores, router.topk_group), gap(open_scores, router.top_k))


def gap(scores, count):
    ordered = scores.sort(-1, descending=True).values
    return (ordered[:, count - 1] - ordered[:, count]).min().item() if count < scores.shape[-1] else 1.0


@torch.no_grad()
def cached(model, ids):
    """Logits [T, V], token by token over a cache."""
    cache, rows = DynamicCache(config=model.config), []
    for token in ids:
        rows.append(model(torch.tensor([[token]]), past_key_values=cache, use_cache=True).logits[0, 0])
    return torch.stack(rows)


# --- files --------------------------------------------------------------------------------------


def as_text(expected):
    """JSON with nine significant digits, which are a float32, and a line a token."""
    if expected["cachedDifference"] > 2e-5:
        raise SystemExit(f"{expected['variant']}: cached decoding differs from the full pass")
    head = {name: value for name, value in expected.items() if name != "prompts"}
    prompts = []
    for entry in expected["prompts"]:
        rows = ",\n".join(
            "[" + ", ".join(f"{value:.9g}" for value in row) + "]" for row in entry["logits"]
        )
        prompts.append(
            f'{{"ids": {json.dumps(entry["ids"])},\n"experts": {json.dumps(entry["experts"])},\n'
            f'"logits": [\n{rows}\n]}}'
        )
    return json.dumps(head, indent=2)[:-2] + ',\n  "prompts": [\n' + ",\n".join(prompts) + "\n]}\n"


def write_json(path, content):
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
