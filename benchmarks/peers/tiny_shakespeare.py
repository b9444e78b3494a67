"""Trains a small causal language model of characters in eager PyTorch, and times its steps.

The peer of mla4j's own recipe: the same layers as train_step.py (RMSNorm before each branch, rotary
positions, SwiGLU or GELU; dense or multi-head latent attention), read causally, with a head over
the vocabulary. A step is drawing a batch, zero_grad, forward, cross entropy, backward, clipping,
AdamW and reading the loss. The first 90 % of the text train, the last 10 % validate.

    python benchmarks/peers/tiny_shakespeare.py input.txt --attention mla --threads 2 --json mla.json

Validation loss is the mean over every whole block of the validation text, in nats a character.
"""

import argparse
import json
import math
import statistics
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

from train_step import Layer


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", help="the text, in UTF-8")
    model = parser.add_argument_group("model")
    model.add_argument("--layers", type=int, default=4)
    model.add_argument("--width", type=int, default=128)
    model.add_argument("--feed-forward", type=int, help="inner width, else 8/3 or 4 × the width")
    model.add_argument("--activation", choices=("swiglu", "gelu"), default="swiglu")
    model.add_argument("--tied", action="store_true", help="one matrix for embedding and head")
    model.add_argument("--init", type=float, default=0.02, help="standard deviation of matrices")
    model.add_argument("--dropout", type=float, default=0.0)
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
    training = parser.add_argument_group("training")
    training.add_argument("--block", dest="tokens", type=int, default=64)
    training.add_argument("--batch", type=int, default=12)
    training.add_argument("--steps", type=int, default=2000)
    training.add_argument("--learning-rate", type=float, default=1e-3)
    training.add_argument("--min-learning-rate", type=float, default=1e-4)
    training.add_argument("--warm-up", type=int, default=100)
    training.add_argument("--weight-decay", type=float, default=0.1, help="of matrices")
    training.add_argument("--clip", type=float, default=1.0)
    training.add_argument("--seed", type=int, default=1)
    training.add_argument("--threads", type=int, default=2)
    training.add_argument("--json", help="a file for the figures, beside standard output")
    options = parser.parse_args()
    options.causal = True
    if options.feed_forward is None:
        swiglu = options.activation == "swiglu"
        options.feed_forward = 8 * options.width // 3 if swiglu else 4 * options.width
    return options


class CausalModel(nn.Module):
    def __init__(self, options, vocabulary):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, options.width)
        self.layers = nn.ModuleList(Layer(options) for _ in range(options.layers))
        self.norm = nn.RMSNorm(options.width, eps=options.norm_eps)
        self.head = nn.Linear(options.width, vocabulary, bias=False)
        if options.tied:
            self.head.weight = self.embedding.weight
        self.initialize(options)

    def initialize(self, options):
        """Normal; what a branch adds to the residual is smaller, as GPT-2 has it."""
        residual = options.init / math.sqrt(2 * options.layers)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                added = "o_proj" in name or "down_proj" in name or "feed_forward.2" in name
                nn.init.normal_(parameter, std=residual if added else options.init)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, ids):
        x = self.embedding(ids)
        for layer in self.layers:
            x = layer(x, None)
        return self.head(self.norm(x))  # [B, T, V]


class Text:
    """Characters as numbers, in the order of their code points."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.characters = sorted(set(text))
        number = {character: i for i, character in enumerate(self.characters)}
        ids = torch.tensor([number[character] for character in text])
        split = int(0.9 * len(ids))
        self.training, self.validation = ids[:split], ids[split:]

    def batch(self, options):
        starts = torch.randint(len(self.training) - options.tokens, (options.batch,))
        rows = self.training[starts[:, None] + torch.arange(options.tokens + 1)]
        return rows[:, :-1], rows[:, 1:]


def learning_rate(options, step):
    """Linear warm-up, then a cosine down to the least."""
    if step < options.warm_up:
        return options.learning_rate * (step + 1) / (options.warm_up + 1)
    part = (step - options.warm_up) / max(1, options.steps - options.warm_up)
    span = options.learning_rate - options.min_learning_rate
    return options.min_learning_rate + 0.5 * (1 + math.cos(math.pi * part)) * span


def make_optimizer(options, model):
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    others = [p for p in model.parameters() if p.dim() < 2]
    groups = [
        dict(params=matrices, weight_decay=options.weight_decay),
        dict(params=others, weight_decay=0.0),
    ]
    return torch.optim.AdamW(groups, lr=options.learning_rate, betas=(0.9, 0.99), fused=True)


def loss_of(model, inputs, targets):
    return F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten())


def train(options, model, text):
    """Milliseconds and loss of each step."""
    optimizer = make_optimizer(options, model)
    times, losses = [], []
    for step in range(options.steps):
        start = time.perf_counter()
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(options, step)
        inputs, targets = text.batch(options)
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(model, inputs, targets)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), options.clip)
        optimizer.step()
        losses.append(loss.item())
        times.append((time.perf_counter() - start) * 1e3)
    return times, losses


@torch.no_grad()
def validation_loss(options, model, text, rows=64):
    model.eval()
    count = (len(text.validation) - 1) // options.tokens
    inputs = text.validation[: count * options.tokens].view(count, -1)
    targets = text.validation[1 : count * options.tokens + 1].view(count, -1)
    total = sum(
        loss_of(model, x, y).item() * x.shape[0]
        for x, y in zip(inputs.split(rows), targets.split(rows))
    )
    return total / count


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    text = Text(options.text)
    model = CausalModel(options, len(text.characters)).train()
    times, losses = train(options, model, text)
    figures = dict(
        median_ms=statistics.median(times),
        min_ms=min(times),
        validation_loss=validation_loss(options, model, text),
        first_loss=losses[0],
        last_loss=statistics.mean(losses[-50:]),
        torch=torch.__version__,
        threads=torch.get_num_threads(),
        characters=len(text.characters),
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        options={name: value for name, value in vars(options).items() if name != "json"},
    )
    print(json.dumps(figures, indent=2))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(figures | dict(all_ms=times, losses=losses), file, indent=2)


if __name__ == "__main__":
    main()
