"""Opens with `transformers` a model that mla4j wrote, and compares what both make of some ids.

    mla4j score MODEL --ids 5,17,3,9 --json scores.json
    python models/src/test/python/open_trained.py MODEL --ids 5,17,3,9 --scores scores.json

`scores.json` holds `logProbabilities`, one number for each id after the first given those before
it, and `next`, the ten likeliest next ids with their `id` and `logProbability`. Without `--scores`
the same is printed of transformers' computation, in float32. Ends with an error where weights are
missing or in excess, or a number differs by more than the tolerance.
"""

import argparse
import json
import pathlib
import sys

import torch
from transformers import AutoModelForCausalLM

LIKELIEST = 10


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=pathlib.Path, help="the folder")
    parser.add_argument("--ids", type=id_list, required=True, help="token ids with commas between")
    parser.add_argument("--scores", type=pathlib.Path, help="what `mla4j score` wrote of them")
    parser.add_argument("--tolerance", type=float, default=1e-4)
    options = parser.parse_args()
    ours = score(open_model(options.model), options.ids)
    if options.scores is None:
        print(json.dumps({key: ours[key] for key in ("logProbabilities", "next")}, indent=2))
        return
    theirs = json.loads(options.scores.read_text(encoding="utf-8"))
    difference = max_difference(ours, theirs, len(options.ids) - 1)
    print(f"max difference {difference:.3e} of {len(options.ids) - 1} ids and the likeliest next")
    if not difference <= options.tolerance:
        sys.exit(f"more than {options.tolerance:g}")


def id_list(text):
    try:
        ids = [int(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of whole numbers") from None
    if any(number < 0 for number in ids):
        raise argparse.ArgumentTypeError("ids are 0 or more")
    return ids


def open_model(folder):
    """In float32; experts one by one, as the grouped product takes only widths of 16 bytes."""
    if not (folder / "config.json").is_file():
        sys.exit(f"{folder} holds no config.json")
    model, seen = AutoModelForCausalLM.from_pretrained(
        folder,
        dtype=torch.float32,
        attn_implementation="eager",
        experts_implementation="eager",
        output_loading_info=True,
    )
    for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        if seen[kind]:
            sys.exit(f"{folder} has {kind.replace('_', ' ')}: {sorted(map(str, seen[kind]))}")
    return model.eval()


@torch.no_grad()
def score(model, ids):
    wrong = [number for number in ids if number >= model.config.vocab_size]
    if wrong:
        sys.exit(f"the vocabulary has {model.config.vocab_size} ids, and {wrong[0]} is none of them")
    logits = model(torch.tensor([ids]), use_cache=False).logits[0].double()
    log_probabilities = logits.log_softmax(-1)  # [T, V]
    following = torch.tensor(ids[1:], dtype=torch.long)
    last = log_probabilities[-1].sort(descending=True, stable=True)
    return {
        "logProbabilities": log_probabilities[:-1].gather(1, following[:, None])[:, 0].tolist(),
        "next": [
            {"id": number, "logProbability": value}
            for number, value in zip(
                last.indices[:LIKELIEST].tolist(), last.values[:LIKELIEST].tolist()
            )
        ],
        "all": log_probabilities[-1].tolist(),
    }


def max_difference(ours, theirs, count):
    """Next ids are compared by id, since near ties may stand in either order."""
    given = theirs["logProbabilities"]
    if len(given) != count:
        sys.exit(f"{len(given)} log probabilities are given for {count} ids after the first")
    expected = min(LIKELIEST, len(ours["all"]))
    if len(theirs["next"]) != expected:
        sys.exit(f"{len(theirs['next'])} next ids are given, not {expected}")
    differences = [abs(a - b) for a, b in zip(ours["logProbabilities"], given)]
    for place, entry in enumerate(theirs["next"]):
        differences.append(abs(ours["all"][entry["id"]] - entry["logProbability"]))
        # The one in this place must be as likely as the one transformers puts there.
        differences.append(abs(ours["next"][place]["logProbability"] - entry["logProbability"]))
    return max(differences)


if __name__ == "__main__":
    main()
