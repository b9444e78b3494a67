"""Times a random Llama of about one billion parameters in `transformers`, bf16, and writes its folder.

    python benchmarks/peers/llama_decode.py /tmp/llama-1b --threads 2 --json llama.json

Where the folder is not there yet it is written: `config.json` and one `model.safetensors` of bf16
numbers drawn from a normal distribution, norms one. Then a prompt is prefilled and tokens decoded
one by one over a cache, greedily. `--write-only` stops after writing.
"""

import argparse
import json
import pathlib
import statistics
import time

import torch


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=pathlib.Path)
    model = parser.add_argument_group("model, where it is to be written")
    model.add_argument("--hidden", type=int, default=2048)
    model.add_argument("--layers", type=int, default=16)
    model.add_argument("--heads", type=int, default=32)
    model.add_argument("--kv-heads", type=int, default=8)
    model.add_argument("--inner", type=int, default=8192)
    model.add_argument("--vocab", type=int, default=32768)
    model.add_argument("--tied", action="store_true", help="one matrix for embedding and head")
    model.add_argument("--seed", type=int, default=1)
    model.add_argument("--write-only", action="store_true")
    run = parser.add_argument_group("run")
    run.add_argument("--prompt", type=int, default=512, help="tokens of the prefill")
    run.add_argument("--tokens", type=int, default=64, help="decoded and timed")
    run.add_argument("--repetitions", type=int, default=3, help="of prefill and decode")
    run.add_argument("--threads", type=int, default=2)
    run.add_argument("--json", help="a file for the figures, beside standard output")
    return parser.parse_args()


# --- the folder ---------------------------------------------------------------------------------


def write_folder(options):
    from safetensors.torch import save_file

    options.folder.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(options.seed)
    tensors = {name: random_tensor(shape, generator) for name, shape in shapes(options).items()}
    save_file(tensors, options.folder / "model.safetensors", {"format": "pt"})
    # Last, as its presence says that the folder is whole.
    (options.folder / "config.json").write_text(json.dumps(config(options), indent=2) + "\n")


def random_tensor(shape, generator):
    if len(shape) == 1:
        return torch.ones(shape, dtype=torch.bfloat16)
    return torch.empty(shape, dtype=torch.bfloat16).normal_(0, 0.02, generator=generator)


def shapes(options):
    hidden, inner = options.hidden, options.inner
    cached = hidden // options.heads * options.kv_heads
    result = {"model.embed_tokens.weight": (options.vocab, hidden)}
    layer = {
        "input_layernorm": (hidden,),
        "self_attn.q_proj": (hidden, hidden),
        "self_attn.k_proj": (cached, hidden),
        "self_attn.v_proj": (cached, hidden),
        "self_attn.o_proj": (hidden, hidden),
        "post_attention_layernorm": (hidden,),
        "mlp.gate_proj": (inner, hidden),
        "mlp.up_proj": (inner, hidden),
        "mlp.down_proj": (hidden, inner),
    }
    for number in range(options.layers):
        result |= {f"model.layers.{number}.{name}.weight": shape for name, shape in layer.items()}
    result["model.norm.weight"] = (hidden,)
    if not options.tied:
        result["lm_head.weight"] = (options.vocab, hidden)
    return result


def config(options):
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "attention_bias": False,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "head_dim": options.hidden // options.heads,
        "hidden_act": "silu",
        "hidden_size": options.hidden,
        "intermediate_size": options.inner,
        "max_position_embeddings": 4096,
        "mlp_bias": False,
        "num_attention_heads": options.heads,
        "num_hidden_layers": options.layers,
        "num_key_value_heads": options.kv_heads,
        "rms_norm_eps": 1e-05,
        "rope_scaling": None,
        "rope_theta": 10000.0,
        "tie_word_embeddings": options.tied,
        "torch_dtype": "bfloat16",
        "vocab_size": options.vocab,
    }


# --- timing -------------------------------------------------------------------------------------


@torch.no_grad()
def measure(options):
    from transformers import AutoModelForCausalLM

    start = time.perf_counter()
    model = AutoModelForCausalLM.from_pretrained(options.folder, dtype=torch.bfloat16).eval()
    ready = time.perf_counter() - start
    generator = torch.Generator().manual_seed(options.seed)
    prompt = torch.randint(model.config.vocab_size, (1, options.prompt), generator=generator)
    run(model, prompt, 2)  # warm-up
    runs = [run(model, prompt, options.tokens) for _ in range(options.repetitions)]
    prefill = statistics.median(prefill for prefill, _ in runs)
    decode = statistics.median(milliseconds for _, times in runs for milliseconds in times)
    # The embedding is a look-up of one row, unless it is the head too.
    read = sum(p.numel() * p.element_size() for p in model.parameters())
    if not model.config.tie_word_embeddings:
        embedding = model.get_input_embeddings().weight
        read -= embedding.numel() * embedding.element_size()
    return dict(
        ready_s=ready,
        prefill_ms=prefill,
        prefill_tokens_s=options.prompt / prefill * 1e3,
        prefill_gflops=prefill_operations(model, options.prompt) / prefill / 1e6,
        decode_ms=decode,
        decode_tokens_s=1e3 / decode,
        decode_weights_gbps=read / decode / 1e6,
        weight_bytes=read,
    )


def run(model, prompt, tokens):
    """Milliseconds of the prefill, whose last logits alone are wanted, and of each token after."""
    start = time.perf_counter()
    output = model(prompt, use_cache=True, logits_to_keep=1)
    following = output.logits[:, -1].argmax(-1, keepdim=True)
    prefill = (time.perf_counter() - start) * 1e3
    times = []
    for _ in range(tokens):
        start = time.perf_counter()
        output = model(following, past_key_values=output.past_key_values, use_cache=True)
        following = output.logits[:, -1].argmax(-1, keepdim=True)
        times.append((time.perf_counter() - start) * 1e3)
    return prefill, times


def prefill_operations(model, tokens):
    """Two a weight and token of the layers' matrices; the head counts for one token."""
    embedding = model.get_input_embeddings().weight.numel()
    matrices = sum(p.numel() for p in model.model.layers.parameters() if p.dim() == 2)
    config = model.config
    attention = 2 * config.num_hidden_layers * tokens * (tokens + 1)
    return 2 * (matrices * tokens + embedding) + attention * config.num_attention_heads * config.head_dim


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    if not (options.folder / "config.json").exists():
        write_folder(options)
    if options.write_only:
        return
    figures = measure(options) | dict(
        torch=torch.__version__,
        threads=torch.get_num_threads(),
        prompt=options.prompt,
        tokens=options.tokens,
    )
    text = json.dumps(figures, indent=2)
    print(text)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            file.write(text + "\n")


if __name__ == "__main__":
    main()
