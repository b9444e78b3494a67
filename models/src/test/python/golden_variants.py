"""The variants that golden_causal.py writes. Sizes are odd so that no two extents agree by chance."""

from dataclasses import dataclass
from typing import Callable, Optional

from transformers import (
    DeepseekV2Config,
    DeepseekV3Config,
    LlamaConfig,
    Qwen2Config,
    Qwen3Config,
)


@dataclass(frozen=True)
class Variant:
    """One folder.

    storage: F32, BF16, or F8_E4M3 for block-scaled matrices beside bf16 for the rest
    shard: the most bytes a file of save_pretrained holds
    files: how many files a rewritten folder has (FP8 and those with a predictor layer)
    published: turns transformers' config.json into the spelling published with the weights
    """

    name: str
    kind: type
    values: dict
    storage: str = "F32"
    shard: str = "1GB"
    files: int = 2
    published: Optional[Callable[[dict], dict]] = None
    predictor: bool = False
    seed: int = 1

    def config(self):
        return self.kind(**self.values)


def rope(theta, **scaling):
    return {"rope_theta": theta, "rope_type": "default"} | scaling


def yarn(theta, factor, mscale, mscale_all_dim, original=64):
    return rope(
        theta,
        rope_type="yarn",
        factor=factor,
        mscale=mscale,
        mscale_all_dim=mscale_all_dim,
        beta_fast=32,
        beta_slow=1,
        original_max_position_embeddings=original,
    )


LLAMA3 = rope(
    10000.0,
    rope_type="llama3",
    factor=8.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=32,
)


# --- published spellings ------------------------------------------------------------------------


def published(config):
    """`rope_theta`, `rope_scaling` and `torch_dtype` where transformers 5 has `rope_parameters` and
    `dtype`; the scaling's kind is called `type`, as DeepSeek calls it."""
    result = {name: value for name, value in config.items() if name not in RENAMED}
    parameters = dict(config["rope_parameters"])
    result["rope_theta"] = parameters.pop("rope_theta")
    kind = parameters.pop("rope_type", "default")
    key = "rope_type" if kind == "llama3" else "type"
    result["rope_scaling"] = None if kind == "default" else {key: kind} | parameters
    result["torch_dtype"] = config["dtype"]
    result["transformers_version"] = "4.33.1"
    return result


RENAMED = ("rope_parameters", "dtype", "transformers_version", "head_dim", "qk_head_dim")


def published_deepseek_v3(config):
    return published(config) | {
        "auto_map": {"AutoConfig": "configuration_deepseek.DeepseekV3Config"},
        "ep_size": 1,
        "moe_layer_freq": 1,
        "scoring_func": "sigmoid",
        "topk_method": "noaux_tc",
    }


def published_fp8(config):
    return published_deepseek_v3(config) | {"quantization_config": QUANTIZATION}


def qwen3_fp8(config):
    return published(config) | {"head_dim": config["head_dim"], "quantization_config": QUANTIZATION}


def published_llama(config):
    return published(config) | {"head_dim": config["head_dim"]}


QUANTIZATION = {
    "activation_scheme": "dynamic",
    "fmt": "e4m3",
    "quant_method": "fp8",
    "weight_block_size": [128, 128],
}


# --- sizes --------------------------------------------------------------------------------------

# The widths before a rotary part are even: transformers reads V2's pairs as complex numbers in place.
DEEPSEEK_V2 = dict(
    vocab_size=97,
    hidden_size=33,
    intermediate_size=51,
    moe_intermediate_size=9,
    num_hidden_layers=3,
    num_attention_heads=3,
    num_key_value_heads=3,
    kv_lora_rank=18,
    q_lora_rank=None,
    qk_nope_head_dim=10,
    qk_rope_head_dim=8,
    v_head_dim=9,
    n_routed_experts=9,
    num_experts_per_tok=3,
    n_shared_experts=2,
    first_k_dense_replace=1,
    max_position_embeddings=2560,
    rope_parameters=rope(10000.0),
    bos_token_id=1,
    eos_token_id=2,
)

GROUPS = dict(
    topk_method="group_limited_greedy", n_group=3, topk_group=2, routed_scaling_factor=1.7
)

DEEPSEEK_V3 = dict(
    vocab_size=101,
    hidden_size=35,
    intermediate_size=53,
    moe_intermediate_size=7,
    num_hidden_layers=3,
    num_attention_heads=5,
    num_key_value_heads=5,
    kv_lora_rank=17,
    q_lora_rank=23,
    qk_nope_head_dim=9,
    qk_rope_head_dim=10,
    v_head_dim=7,
    n_routed_experts=12,
    num_experts_per_tok=3,
    n_shared_experts=1,
    n_group=4,
    topk_group=2,
    first_k_dense_replace=1,
    norm_topk_prob=True,
    routed_scaling_factor=2.5,
    max_position_embeddings=2560,
    rope_parameters=yarn(10000.0, 40.0, 1.0, 1.0),
    num_nextn_predict_layers=0,
    bos_token_id=0,
    eos_token_id=1,
)

# One matrix is larger than a block both ways, others one way, none a multiple of it.
DEEPSEEK_V3_FP8 = DEEPSEEK_V3 | dict(
    hidden_size=37,
    intermediate_size=139,
    num_hidden_layers=2,
    num_attention_heads=7,
    num_key_value_heads=7,
    q_lora_rank=131,
    num_nextn_predict_layers=1,
)

LLAMA = dict(
    vocab_size=103,
    hidden_size=36,
    intermediate_size=59,
    num_hidden_layers=2,
    num_attention_heads=6,
    num_key_value_heads=2,
    head_dim=6,
    max_position_embeddings=256,
    rope_parameters=rope(10000.0),
    tie_word_embeddings=False,
    rms_norm_eps=1e-5,
)

QWEN2 = dict(
    vocab_size=107,
    hidden_size=40,
    intermediate_size=61,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=256,
    rope_parameters=rope(1000000.0),
    tie_word_embeddings=True,
    rms_norm_eps=1e-6,
)

QWEN3 = dict(
    vocab_size=109,
    hidden_size=34,
    intermediate_size=57,
    num_hidden_layers=2,
    num_attention_heads=6,
    num_key_value_heads=3,
    head_dim=14,
    max_position_embeddings=256,
    rope_parameters=rope(1000000.0),
    tie_word_embeddings=False,
    rms_norm_eps=1e-6,
)

VARIANTS = [
    Variant(
        "deepseek_v2-greedy-yarn",
        DeepseekV2Config,
        DEEPSEEK_V2 | dict(rope_parameters=yarn(10000.0, 40.0, 0.707, 0.707)),
    ),
    Variant(
        "deepseek_v2-greedy-q_lora-bf16",
        DeepseekV2Config,
        DEEPSEEK_V2 | dict(q_lora_rank=21),
        storage="BF16",
    ),
    Variant(
        "deepseek_v2-groups-q_lora-yarn",
        DeepseekV2Config,
        DEEPSEEK_V2 | GROUPS | dict(
            q_lora_rank=21, rms_norm_eps=1e-5, rope_parameters=yarn(10000.0, 40.0, 1.0, 0.4)
        ),
    ),
    Variant(
        "deepseek_v2-groups-sharded-bf16",
        DeepseekV2Config,
        DEEPSEEK_V2 | GROUPS,
        storage="BF16",
        shard="35KB",
    ),
    Variant("deepseek_v3-sharded", DeepseekV3Config, DEEPSEEK_V3, shard="90KB"),
    Variant("deepseek_v3-bf16", DeepseekV3Config, DEEPSEEK_V3, storage="BF16"),
    Variant(
        "deepseek_v3-published",
        DeepseekV3Config,
        DEEPSEEK_V3,
        storage="BF16",
        published=published_deepseek_v3,
        seed=101,
    ),
    Variant(
        "deepseek_v3-published-fp8",
        DeepseekV3Config,
        DEEPSEEK_V3_FP8,
        storage="F8_E4M3",
        published=published_fp8,
        predictor=True,
    ),
    Variant(
        "deepseek_v3-no-q_lora-no-yarn",
        DeepseekV3Config,
        DEEPSEEK_V3 | dict(
            num_hidden_layers=2,
            q_lora_rank=None,
            n_group=1,
            topk_group=1,
            n_shared_experts=2,
            norm_topk_prob=False,
            rms_norm_eps=1e-5,
            rope_parameters=rope(50000.0),
            routed_scaling_factor=2.446,
        ),
    ),
    Variant(
        "deepseek_v3-attention-bias-tied",
        DeepseekV3Config,
        DEEPSEEK_V3 | dict(attention_bias=True, tie_word_embeddings=True),
        storage="BF16",
    ),
    Variant("llama-grouped", LlamaConfig, LLAMA),
    Variant(
        "llama-tied-bf16-sharded",
        LlamaConfig,
        LLAMA | dict(tie_word_embeddings=True, num_key_value_heads=1),
        storage="BF16",
        shard="25KB",
    ),
    Variant(
        "llama-biases-head_dim",
        LlamaConfig,
        LLAMA | dict(attention_bias=True, mlp_bias=True, head_dim=10, num_key_value_heads=3),
    ),
    Variant("llama-llama3", LlamaConfig, LLAMA | dict(head_dim=16, rope_parameters=LLAMA3)),
    Variant(
        "llama-llama3-published",
        LlamaConfig,
        LLAMA | dict(head_dim=16, rope_parameters=LLAMA3),
        storage="BF16",
        published=published_llama,
        seed=2,
    ),
    Variant("qwen2-tied", Qwen2Config, QWEN2),
    Variant(
        "qwen2-untied-bf16-sharded",
        Qwen2Config,
        QWEN2 | dict(tie_word_embeddings=False),
        storage="BF16",
        shard="30KB",
    ),
    Variant("qwen3-untied", Qwen3Config, QWEN3),
    Variant(
        "qwen3-tied-bf16",
        Qwen3Config,
        QWEN3 | dict(tie_word_embeddings=True),
        storage="BF16",
    ),
    Variant(
        "qwen3-fp8",
        Qwen3Config,
        QWEN3 | dict(hidden_size=38, intermediate_size=141, head_dim=22),
        storage="F8_E4M3",
        published=qwen3_fp8,
    ),
]
