"""Makes bpe.json: a corpus, and what Hugging Face's `tokenizers` learns from it and encodes with it.

Run: python make_golden.py     (needs: pip install tokenizers; made with 0.23.2)

bpe.json holds
  corpus, vocabularySize, specialTokens, minFrequency   the training's input
  vocab, merges                                         what the BpeTrainer of `tokenizers` learns
  cases: [{text, ids}]                                  ids by our own tokenizer.json, loaded in Python
ours.tokenizer.json is the file BpeTrainer of mla4j wrote for that corpus; BpeGoldenTest
compares it with what it writes today, so the ids below are those of the file Python loaded.
"""

import json
import pathlib
import random

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

FOLDER = pathlib.Path(__file__).parent
SPECIAL = ["<pad>", "<cls>"]
SIZE = 700

TEXTS = [
    "Dear customer, your account hasn't been verified; please don't reply to this message!",
    "I'll meet you at 10:30 -- we've got 3,456 things to discuss, they're all urgent, I'm afraid.",
    "Größe, façade, naïve, Ærø, łódź: umlauts and accents aren't rare in mail.",
    "Москва и Санкт-Петербург, Καλημέρα κόσμε, 你好世界, こんにちは, שלום, مرحبا.",
    "Tabs\tand  double  spaces\n\nand\r\nline ends   \n   with blanks around them   ",
    "Emoji 😀😀 👩‍👩‍👧 flags 🇩🇪🇫🇷, math ∑∫≠, fractions ½¼, roman Ⅷ, super x²³.",
    "Content-Type: text/html; charset=\"iso-8859-1\"\n<html><body bgcolor=#FFFFFF>FREE $$$</body>",
    "U29tZSBiYXNlNjQgdGV4dCB0aGF0IGxvb2tzIGxpa2UgYW4gYXR0YWNobWVudA==",
    "non\u00a0breaking\u2003spaces\u3000here, zero\u200bwidth, control \u0001\u001c\u007f\u0085 bytes",
    "aaaa aaaaa aaa aaaaaaaa abababab abcabcabc bcabc abc bc ab 'tis 'S o'clock''s",
]
EXTRA = [
    "", " ", "\n", "unseen wörds 🦄 in ⟨brackets⟩", "<cls>special<pad> tokens <cls", "\u0000nul",
    "They'Ve SHOUTED: 'RE 'll'll", "   leading", "trailing   ", "1234567890", "e\u0301 combining",
]


def corpus():
    rng = random.Random(7)
    words = ["".join(rng.choice("etaoinshrdlu") for _ in range(rng.randint(1, 7))) for _ in range(150)]
    lines = [" ".join(rng.choice(words) for _ in range(rng.randint(3, 12))) for _ in range(120)]
    return TEXTS + TEXTS[:4] + lines


def learn(texts):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=SIZE, special_tokens=SPECIAL, min_frequency=2, show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        ),
    )
    return json.loads(tokenizer.to_str())["model"]


def main():
    texts = corpus()
    model = learn(texts)
    ours = FOLDER / "ours.tokenizer.json"
    cases = []
    if ours.exists():
        tokenizer = Tokenizer.from_file(str(ours))
        cases = [{"text": t, "ids": tokenizer.encode(t).ids} for t in TEXTS + EXTRA]
    golden = {
        "corpus": texts, "vocabularySize": SIZE, "specialTokens": SPECIAL, "minFrequency": 2,
        "vocab": model["vocab"], "merges": model["merges"], "cases": cases,
    }
    (FOLDER / "bpe.json").write_text(json.dumps(golden, ensure_ascii=True, indent=1) + "\n")


main()
