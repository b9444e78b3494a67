"""Times a training step of a transformer text classifier in eager PyTorch.

The peer of mla4j's own training step: the same model, batch, optimizer and threads. A step is
zero_grad, forward, cross entropy, backward, clipping, AdamW and reading the loss. The batch is
random and does not change; what it holds does not matter for the time, its shape does.

    python benchmarks/peers/train_step.py --attention mla --threads 2 --json torch.json
"""

import argparse
import json
import statistics
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    model = parser.add_argument_group("model")
    model.add_argument("--vocab", type=int, default=8192)
    model.add_argument("--classes", type=int, default=2)
    model.add_argument("--layers", type=int, default=4)
    model.add_argument("--width", type=int, default=128)
    model.add_argument("--feed-forward", type=int, default=512, help="inner width")
    model.add_argument("--activation", choices=("swiglu", "gelu"), default="swiglu")
    model.add_argument("--dropout", type=float, default=0.0, help="on what each branch adds")
    model.add_argument("--norm-eps", type=float, default=1e-6)
    model.add_argument("--rope-theta", type=float, default=10000.0)
    attention = parser.add_argument_group("attention")
    attention.add_argument("--attention", choices=("dense", "mla"), default="dense")
    attention.add_argument("--heads", type=int, default=4)
    attention.add_argument("--kv-heads", type=int, help="dense: key and value heads, else --heads")
    attention.add_argument("--q-lora", type=int, default=0, help="mla: query rank, 0 for none")
    attention.add_argument("--kv-lora", type=int, default=64, help="mla: latent rank")
    attention.add_argument("--nope", type=int, default=16, help="mla: head width without position")
    attention.add_argument("--rope", type=int, default=16, help="mla: head width with position")
    attention.add_argument("--value", type=int, default=32, help="mla: value head width")
    batch = parser.add_argument_group("batch")
    batch.add_argument("--batch", type=int, default=32)
    batch.add_argument("--tokens", type=int, default=256)
    batch.add_argument("--min-tokens", type=int, help="rows are padded from this length, at random")
    batch.add_argument("--seed", type=int, default=1)
    run = parser.add_argument_group("run")
    run.add_argument("--learning-rate", type=float, default=1e-3)
    run.add_argument("--fused", action="store_true", help="AdamW's fused kernel")
    run.add_argument("--threads", type=int, default=torch.get_num_threads())
    run.add_argument("--warm-up", type=int, default=5)
    run.add_argument("--steps", type=int, default=20)
    run.add_argument("--json", help="a file for the figures, beside standard output")
    return parser.parse_args()


class Rotary(nn.Module):
    """Rotates heads [B, H, T, D] by their positions: pairs of neighbours, or of halves."""

    def __init__(self, width, theta, tokens, interleaved):
        super().__init__()
        self.interleaved = interleaved
        frequencies = theta ** (-torch.arange(0, width, 2).float() / width)
        angles = torch.outer(torch.arange(tokens).float(), frequencies)
        self.register_buffer("cos", angles.cos(), persistent=False)  # [T, D / 2]
        self.register_buffer("sin", angles.sin(), persistent=False)

    def forward(self, x):
        if self.interleaved:
            a, b = x[..., 0::2], x[..., 1::2]
        else:
            a, b = x.chunk(2, dim=-1)
        rotated = (a * self.cos - b * self.sin, a * self.sin + b * self.cos)
        if self.interleaved:
            return torch.stack(rotated, dim=-1).flatten(-2)
        return torch.cat(rotated, dim=-1)


def split_heads(x, width):
    return x.unflatten(-1, (-1, width)).transpose(1, 2)  # [B, H, T, D]


def merge_heads(x):
    return x.transpose(1, 2).flatten(-2)  # [B, T, H * D]


class DenseAttention(nn.Module):
    def __init__(self, options):
        super().__init__()
        self.causal = getattr(options, "causal", False)
        self.head_width = options.width // options.heads
        kv_heads = options.kv_heads or options.heads
        self.grouped = kv_heads != options.heads
        self.q_proj = nn.Linear(options.width, options.width, bias=False)
        self.k_proj = nn.Linear(options.width, kv_heads * self.head_width, bias=False)
        self.v_proj = nn.Linear(options.width, kv_heads * self.head_width, bias=False)
        self.o_proj = nn.Linear(options.width, options.width, bias=False)
        self.rotary = Rotary(self.head_width, options.rope_theta, options.tokens, False)

    def forward(self, x, mask):
        q = self.rotary(split_heads(self.q_proj(x), self.head_width))
        k = self.rotary(split_heads(self.k_proj(x), self.head_width))
        v = split_heads(self.v_proj(x), self.head_width)
        out = F.scaled_dot_product_attention(
            q, k, v, attn_mask=mask, is_causal=self.causal, enable_gqa=self.grouped
        )
        return self.o_proj(merge_heads(out))


class LatentAttention(nn.Module):
    """Multi-head latent attention in its expanded form, as one trains it (arXiv 2405.04434)."""

    def __init__(self, options):
        super().__init__()
        self.causal = getattr(options, "causal", False)
        self.nope, self.rope, self.value = options.nope, options.rope, options.value
        self.rank = options.kv_lora
        queries = options.heads * (self.nope + self.rope)
        if options.q_lora:
            self.query = nn.Sequential(
                nn.Linear(options.width, options.q_lora, bias=False),
                nn.RMSNorm(options.q_lora, eps=1e-6),
                nn.Linear(options.q_lora, queries, bias=False),
            )
        else:
            self.query = nn.Linear(options.width, queries, bias=False)
        self.kv_a_proj = nn.Linear(options.width, self.rank + self.rope, bias=False)
        self.kv_a_norm = nn.RMSNorm(self.rank, eps=1e-6)
        expanded = options.heads * (self.nope + self.value)
        self.kv_b_proj = nn.Linear(self.rank, expanded, bias=False)
        self.o_proj = nn.Linear(options.heads * self.value, options.width, bias=False)
        self.rotary = Rotary(self.rope, options.rope_theta, options.tokens, True)

    def forward(self, x, mask):
        q = split_heads(self.query(x), self.nope + self.rope)
        q_nope, q_rope = q.split((self.nope, self.rope), dim=-1)
        latent, k_rope = self.kv_a_proj(x).split((self.rank, self.rope), dim=-1)
        kv = split_heads(self.kv_b_proj(self.kv_a_norm(latent)), self.nope + self.value)
        k_nope, v = kv.split((self.nope, self.value), dim=-1)
        k_rope = self.rotary(k_rope.unsqueeze(1)).expand(-1, k_nope.shape[1], -1, -1)
        q = torch.cat((q_nope, self.rotary(q_rope)), dim=-1)
        k = torch.cat((k_nope, k_rope), dim=-1)
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=self.causal)
        return self.o_proj(merge_heads(out))


class SwiGlu(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


def gelu_feed_forward(width, inner):
    return nn.Sequential(nn.Linear(width, inner), nn.GELU(), nn.Linear(inner, width))


class Layer(nn.Module):
    def __init__(self, options):
        super().__init__()
        attention = LatentAttention if options.attention == "mla" else DenseAttention
        feed_forward = SwiGlu if options.activation == "swiglu" else gelu_feed_forward
        self.attention_norm = nn.RMSNorm(options.width, eps=options.norm_eps)
        self.attention = attention(options)
        self.feed_forward_norm = nn.RMSNorm(options.width, eps=options.norm_eps)
        self.feed_forward = feed_forward(options.width, options.feed_forward)
        self.dropout = nn.Dropout(options.dropout)

    def forward(self, x, mask):
        x = x + self.dropout(self.attention(self.attention_norm(x), mask))
        return x + self.dropout(self.feed_forward(self.feed_forward_norm(x)))


class TextClassifier(nn.Module):
    def __init__(self, options):
        super().__init__()
        self.embedding = nn.Embedding(options.vocab, options.width)
        self.layers = nn.ModuleList(Layer(options) for _ in range(options.layers))
        self.norm = nn.RMSNorm(options.width, eps=options.norm_eps)
        self.head = nn.Linear(options.width, options.classes)

    def forward(self, ids, present=None):
        """ids [B, T]; present [B, T], true where a token is no padding, or None for all."""
        mask = None if present is None else present[:, None, None, :]
        x = self.embedding(ids)
        for layer in self.layers:
            x = layer(x, mask)
        return self.head(mean(self.norm(x), present))  # [B, classes]


def mean(x, present):
    if present is None:
        return x.mean(dim=1)
    weights = present.unsqueeze(-1).to(x.dtype)
    return (x * weights).sum(dim=1) / weights.sum(dim=1)


def random_batch(options):
    ids = torch.randint(options.vocab, (options.batch, options.tokens))
    labels = torch.randint(options.classes, (options.batch,))
    if options.min_tokens is None:
        return ids, None, labels
    lengths = torch.randint(options.min_tokens, options.tokens + 1, (options.batch, 1))
    return ids, torch.arange(options.tokens) < lengths, labels


def time_steps(options, model, optimizer, batch):
    """Milliseconds of each step after the warm-up, and the losses of all."""
    ids, present, labels = batch
    times, losses = [], []
    for _ in range(options.warm_up + options.steps):
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(ids, present), labels)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        times.append((time.perf_counter() - start) * 1e3)
    return times[options.warm_up :], losses


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    model = TextClassifier(options).train()
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=options.learning_rate, fused=options.fused or None
    )
    times, losses = time_steps(options, model, optimizer, random_batch(options))
    figures = dict(
        median_ms=statistics.median(times),
        min_ms=min(times),
        all_ms=times,
        torch=torch.__version__,
        threads=torch.get_num_threads(),
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        first_loss=losses[0],
        last_loss=losses[-1],
        options={name: value for name, value in vars(options).items() if name != "json"},
    )
    text = json.dumps(figures, indent=2)
    print(text)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            file.write(text + "\n")


if __name__ == "__main__":
    main()
