"""Times in PyTorch what `./mla4j bench kernels` times, at the same shapes.

Matrix products in float32, bf16 and int8, a bf16 matrix-vector product, decoding with multi-head
latent attention written as two bf16 products with a softmax between, the lightning indexer, sparse
prefill, causal attention, routed experts, and sampling.

    python benchmarks/peers/kernels.py --threads 2
    python benchmarks/peers/kernels.py --only "mla.*4096" --json torch-kernels.json

`--only` is a regular expression, looked for in "kernel shape". Times are medians; the largest cases
take seconds a run.
"""

import argparse
import json
import re
import statistics
import time

import torch
import torch.nn.functional as F

LATENT, ROTARY = 512, 64  # widths of DeepSeek-V3's cached rows


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--only", type=pattern, default=pattern(""), metavar="PATTERN")
    parser.add_argument("--repetitions", type=int, default=7, help="timed, 5 or more")
    parser.add_argument("--warm-up", type=float, default=0.5, help="seconds a case, at least 1 run")
    parser.add_argument("--quick", action="store_true", help="small shapes, to see that all runs")
    parser.add_argument("--json", help="a file for the figures")
    options = parser.parse_args()
    if options.threads < 1:
        parser.error("--threads is 1 or more")
    if options.repetitions < 5:
        parser.error("--repetitions is 5 or more")
    return options


def pattern(text):
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as wrong:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {wrong}") from None


class Case:
    """One operation at one shape; `prepare` makes its tensors and returns what is timed."""

    def __init__(self, kernel, shape, prepare, flops=None, bytes=None):
        self.kernel, self.shape, self.prepare = kernel, shape, prepare
        self.flops, self.bytes = flops, bytes

    def name(self):
        return f"{self.kernel} {self.shape}"


def product(m, n, k, dtype, name):
    def prepare():
        a = torch.randn(m, k).to(dtype)
        b = torch.randn(n, k).to(dtype)
        return lambda: torch.mm(a, b.t())

    return Case(f"product-{name}", f"{m}x{n}x{k}", prepare, flops=2.0 * m * n * k)


def product_int8(m, n, k):
    def prepare():
        a = torch.randint(-128, 128, (m, k), dtype=torch.int8)
        b = torch.randint(-128, 128, (n, k), dtype=torch.int8)
        return lambda: torch._int_mm(a, b.t())

    return Case("product-int8", f"{m}x{n}x{k}", prepare, flops=2.0 * m * n * k)


def matrix_vector(n, k, dtype, name):
    def prepare():
        weight = torch.randn(n, k).to(dtype)
        x = torch.randn(1, k).to(dtype)
        return lambda: F.linear(x, weight)

    size = torch.empty((), dtype=dtype).element_size()
    return Case(f"matrix-vector-{name}", f"{n}x{k}", prepare, bytes=size * (n * k + n + k))


def latent_decode(batch, heads, tokens):
    """One new token a sequence over a cache of rows [latent | rotary key], in the absorbed form."""

    def prepare():
        query = torch.randn(batch, heads, LATENT + ROTARY).to(torch.bfloat16)
        cache = torch.randn(batch, tokens, LATENT + ROTARY).to(torch.bfloat16)
        scale = (LATENT + ROTARY) ** -0.5

        def decode():
            scores = torch.bmm(query, cache.transpose(1, 2)) * scale  # [B, H, S]
            weights = torch.softmax(scores, -1, dtype=torch.float32).to(torch.bfloat16)
            return torch.bmm(weights, cache[:, :, :LATENT])  # [B, H, 512]

        return decode

    flops = 2.0 * batch * heads * tokens * (LATENT + ROTARY + LATENT)
    size = 2.0 * batch * tokens * (LATENT + ROTARY)
    shape = f"batch {batch} heads {heads} width 576/512 tokens {tokens}"
    return Case("mla-decode-bf16", shape, prepare, flops=flops, bytes=size)


def causal_attention(heads, key, value, tokens, dtype, name, padded=False):
    """With `padded`, values get zeros up to the width of keys, as the fused kernel wants one width;
    making them is not timed and their products are not counted."""

    def prepare():
        q, k = (torch.randn(1, heads, tokens, key).to(dtype) for _ in range(2))
        v = torch.randn(1, heads, tokens, value).to(dtype)
        v = F.pad(v, (0, key - value)) if padded else v
        return lambda: F.scaled_dot_product_attention(q, k, v, is_causal=True)

    # A query sees half of the keys on average.
    flops = 2.0 * heads * tokens * (tokens + 1) / 2 * (key + value)
    shape = f"heads {heads} key {key} value {value} tokens {tokens}"
    shape += " padded" if padded else ""
    return Case(f"attention-causal-{name}", shape, prepare, flops=flops)


def indexer(queries, keys, top):
    """The lightning indexer over bf16 keys and its choice; all new tokens see all keys."""
    heads, width = 64, 128

    def prepare():
        q = torch.randn(queries * heads, width).to(torch.bfloat16)
        k = torch.randn(keys, width).to(torch.bfloat16)
        w = torch.randn(queries, 1, heads).to(torch.bfloat16)

        def select():
            scores = torch.mm(q, k.t()).relu_().view(queries, heads, keys)
            return torch.topk(torch.bmm(w, scores)[:, 0].float(), top, dim=-1).indices

        return select

    flops = 2.0 * queries * heads * keys * width
    return Case("indexer-select-bf16", f"tokens {queries} keys {keys} top {top}", prepare, flops)


def top_k(rows, width, top):
    def prepare():
        x = torch.rand(rows, width)
        return lambda: torch.topk(x, top, dim=-1, sorted=False).indices

    return Case("top-k", f"rows {rows} width {width} top {top}", prepare, bytes=4.0 * rows * (width + top))


def sparse_prefill(queries, heads, tokens, top):
    """Each token's listed rows gathered, then two bf16 products with a softmax between."""

    def prepare():
        query = torch.randn(queries, heads, LATENT + ROTARY).to(torch.bfloat16)
        cache = torch.randn(tokens, LATENT + ROTARY).to(torch.bfloat16)
        indices = torch.randint(0, tokens, (queries, top))
        scale = (LATENT + ROTARY) ** -0.5

        def attend():
            rows = cache[indices]  # [T, K, 576]
            scores = torch.bmm(query, rows.transpose(1, 2)) * scale
            weights = torch.softmax(scores, -1, dtype=torch.float32).to(torch.bfloat16)
            return torch.bmm(weights, rows[:, :, :LATENT])

        return attend

    flops = 2.0 * queries * heads * top * (LATENT + ROTARY + LATENT)
    shape = f"heads {heads} queries {queries} tokens {tokens} top {top}"
    return Case("sparse-prefill-bf16", shape, prepare, flops=flops)


def routed_experts(tokens, each, count, width, inner):
    """Rows gathered for each expert, three bf16 products, and results added where they belong."""

    def prepare():
        x = torch.randn(tokens, width).to(torch.bfloat16)
        layers = [
            [torch.randn(n, k).to(torch.bfloat16) for n, k in ((inner, width), (inner, width), (width, inner))]
            for _ in range(count)
        ]
        chosen = torch.arange(tokens * each).reshape(tokens, each) % count
        shares = torch.rand(tokens, each).to(torch.bfloat16)

        def run():
            out = torch.zeros(tokens, width, dtype=torch.bfloat16)
            for expert, (gate, up, down) in enumerate(layers):
                token, slot = torch.where(chosen == expert)
                if token.numel() > 0:
                    rows = x[token]
                    hidden = F.silu(F.linear(rows, gate)) * F.linear(rows, up)
                    out.index_add_(0, token, F.linear(hidden, down) * shares[token, slot, None])
            return out

        return run

    flops = 6.0 * tokens * each * width * inner
    moved = 6.0 * each * width * inner
    shape = f"{tokens}x{each}of{count}-{width}x{inner}"
    if tokens == 1:
        return Case("experts-bf16", shape, prepare, bytes=moved)
    return Case("experts-bf16", shape, prepare, flops=flops)


def sampling(rows, width, kind):
    """As transformers does: filters by a sort or a top-k, then a softmax and a draw."""

    def prepare():
        logits = -1.2 * torch.log(1 + width * torch.rand(rows, width))

        def draw():
            if kind == "argmax":
                return logits.argmax(-1)
            x = logits / 0.8
            if kind == "top-k":
                x = x.masked_fill(x < torch.topk(x, 50).values[:, -1:], float("-inf"))
            elif kind == "top-p":
                ordered, index = torch.sort(x, descending=False)
                removed = ordered.softmax(-1).cumsum(-1) <= 0.1
                x = x.masked_fill(removed.scatter(1, index, removed), float("-inf"))
            elif kind == "min-p":
                probabilities = x.softmax(-1)
                least = 0.05 * probabilities.amax(-1, keepdim=True)
                x = x.masked_fill(probabilities < least, float("-inf"))
            return torch.multinomial(x.softmax(-1), 1)

        return draw

    return Case(f"sampling-{kind}", f"{rows}x{width}", prepare, bytes=4.0 * rows * width)


def cases(quick):
    side = 64 if quick else 2048
    wide = 64 if quick else 4096
    for n in (side,) if quick else (512, 1024, side):
        yield product(n, n, n, torch.float32, "float32")
    yield product(side, side, side, torch.bfloat16, "bf16")
    yield product_int8(side, side, side)
    yield matrix_vector(wide, wide, torch.float32, "float32")
    yield matrix_vector(wide, wide, torch.bfloat16, "bf16")
    for tokens in (1, 8) if quick else (1, 64, 512):
        yield routed_experts(tokens, *((2, 4, 64, 32) if quick else (6, 16, 2048, 1408)))
    for tokens in (64,) if quick else (4096, 65536):
        for batch in (1, 8):
            for heads in (16, 128):
                yield latent_decode(batch, heads, tokens)
    top = 20 if quick else 2048
    for queries, keys in ((3, 70),) if quick else ((1, 4096), (1, 65536), (256, 16384)):
        yield indexer(queries, keys, top)
    yield top_k(16, 500 if quick else 65536, top)
    for heads in (16,) if quick else (16, 64, 128):
        yield sparse_prefill(3 if quick else 64, heads, 70 if quick else 16384, top)
    for rows in (1, 16):
        for kind in ("argmax", "all", "top-k", "top-p", "min-p"):
            yield sampling(rows, 500 if quick else 131072, kind)
    for dtype, name in ((torch.bfloat16, "bf16"), (torch.float32, "float32")):
        for padded in (False, True):
            yield causal_attention(16, 192, 128, wide, dtype, name, padded)


def measure(case, options):
    """Milliseconds of every timed run."""
    body = case.prepare()
    end = time.perf_counter() + (0 if options.quick else options.warm_up)
    body()
    while time.perf_counter() < end:
        body()
    times = []
    for _ in range(options.repetitions):
        start = time.perf_counter()
        body()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def figures(case, times):
    median = statistics.median(times)
    row = dict(kernel=case.kernel, shape=case.shape, millis=median, all_millis=times)
    if case.flops:
        row["gflops"] = case.flops / median * 1e-6
    if case.bytes:
        row["gbps"] = case.bytes / median * 1e-6
    return row


def line(kernel, shape, millis, gflops, gbps):
    return f"{kernel:<24}  {shape:<45}  {millis:>10}  {gflops:>9}  {gbps:>7}"


def text(row):
    return line(
        row["kernel"],
        row["shape"],
        f"{row['millis']:.3f}",
        f"{row['gflops']:.1f}" if "gflops" in row else "",
        f"{row['gbps']:.1f}" if "gbps" in row else "",
    ).rstrip()


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    chosen = [case for case in cases(options.quick) if options.only.search(case.name())]
    if not chosen:
        raise SystemExit(f"--only {options.only.pattern!r} leaves nothing.")
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    print(line("kernel", "shape", "ms", "GFLOP/s", "GB/s"))
    rows = []
    with torch.inference_mode():
        for case in chosen:
            rows.append(figures(case, measure(case, options)))
            print(text(rows[-1]), flush=True)
    if options.json:
        report = dict(
            torch=torch.__version__,
            threads=torch.get_num_threads(),
            quick=options.quick,
            kernels=rows,
        )
        with open(options.json, "w", encoding="utf-8") as file:
            file.write(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
