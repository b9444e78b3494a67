"""Makes the golden tensors of the attention and rotary tests with Hugging Face transformers.

    pip install torch==2.13.0 transformers==5.18.0 safetensors
    python nn/src/test/python/make_golden.py

Each file under nn/src/test/resources/golden/ but rotary.safetensors is one attention module of
random weights: the weights under transformers' names, inputs `x` [B, T, hidden], outputs `y`
[B, T, hidden], `cos` and `sin` [T, rotary width], where elements i and i + width/2 hold the same
angle, and `mask` [T, T], 1 where a query sees a key. The metadata key "config" holds the
configuration as JSON under the names of config.json, and beside them what the module made of it:
`scale`, the factor of the scores, `norm_eps`, and `rope_interleave`, true where elements 2i and
2i + 1 rotate together.

rotary.safetensors holds tables alone: NAME.inv_freq [width / 2], NAME.cos and NAME.sin
[positions, width] for positions 0, 1, ..., and in "config" by NAME the parameters, with
`attention_scaling`, the factor of cos and sin, and `attention_scale`, YaRN's factor of the scores.

The modules run in float64 (transformers keeps the angles, the norms and the softmax in float32);
what is saved is float32.
"""

import json
import pathlib

import torch
import transformers
from safetensors.torch import save_file
from transformers.masking_utils import create_causal_mask, create_sliding_window_causal_mask
from transformers.models.deepseek_v2 import modeling_deepseek_v2 as deepseek_v2
from transformers.models.deepseek_v3 import modeling_deepseek_v3 as deepseek_v3
from transformers.models.llama import modeling_llama as llama
from transformers.models.minicpm3 import modeling_minicpm3 as minicpm3
from transformers.models.mistral import modeling_mistral as mistral

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "resources" / "golden"
BATCH, TOKENS = 2, 11

LATENT = dict(
    hidden_size=40,
    num_attention_heads=4,
    num_key_value_heads=4,
    num_hidden_layers=1,
    kv_lora_rank=16,
    qk_nope_head_dim=8,
    qk_rope_head_dim=8,
    v_head_dim=6,
    max_position_embeddings=163840,
    rms_norm_eps=1e-5,
    attention_bias=False,
)
DENSE = dict(
    hidden_size=32,
    num_attention_heads=4,
    num_hidden_layers=1,
    head_dim=8,
    max_position_embeddings=512,
    rms_norm_eps=1e-5,
)


def rope(theta=10000.0):
    return dict(rope_type="default", rope_theta=theta)


def yarn(factor, original, theta=10000.0, **others):
    return dict(
        rope_type="yarn",
        rope_theta=theta,
        factor=float(factor),
        original_max_position_embeddings=original,
        **others,
    )


def longrope(short, long, original, theta=10000.0):
    return dict(
        rope_type="longrope",
        rope_theta=theta,
        factor=1.0,
        short_factor=short,
        long_factor=long,
        original_max_position_embeddings=original,
    )


V3_YARN = yarn(40, 4096, beta_fast=32, beta_slow=1, mscale=1.0, mscale_all_dim=1.0)
V2_YARN = yarn(40, 4096, beta_fast=32, beta_slow=1, mscale=0.707, mscale_all_dim=0.707)
KIMI_YARN = yarn(
    32, 4096, theta=50000.0, beta_fast=1, beta_slow=1, mscale=1.0, mscale_all_dim=1.0
)


def published(rope_parameters):
    """The keys rope_theta and rope_scaling as model folders have them."""
    scaling = dict(rope_parameters)
    theta = scaling.pop("rope_theta")
    kind = scaling.pop("rope_type")
    return dict(
        rope_theta=theta, rope_scaling=None if kind == "default" else dict(type=kind, **scaling)
    )


def randomize(module, generator, latent_gain=1.0):
    for name, parameter in module.named_parameters():
        values = torch.randn(parameter.shape, generator=generator)
        if "layernorm" in name:
            values = 1 + 0.3 * values
        elif name.endswith("bias"):
            values = 0.5 * values
        else:
            # Twice the usual spread, so that the attention is not near uniform.
            values = values * 2 / parameter.shape[-1] ** 0.5
        if name == "kv_a_proj_with_mqa.weight":
            values[: module.kv_lora_rank] *= latent_gain
        with torch.no_grad():
            parameter.copy_(values)


def tables(rotary, x, positions):
    """cos and sin as pairs of halves, whether the module returns them so or as complex numbers."""
    embeddings = rotary(x, positions)
    if isinstance(embeddings, tuple):
        cos, sin = embeddings
    else:
        cos, sin = (torch.cat((part, part), -1) for part in (embeddings.real, embeddings.imag))
    return embeddings, cos[0], sin[0]


def make(name, family, attention_class, rotary_class, config, interleave, seed, latent_gain=1.0):
    generator = torch.Generator().manual_seed(seed)
    config._attn_implementation = "eager"
    attention = attention_class(config, layer_idx=0).eval()
    randomize(attention, generator, latent_gain)
    attention.double()
    x = torch.randn(BATCH, TOKENS, config.hidden_size, generator=generator).double()
    positions = torch.arange(TOKENS)[None]
    embeddings, cos, sin = tables(rotary_class(config), x, positions)
    window = getattr(config, "sliding_window", None)
    make_mask = create_sliding_window_causal_mask if window else create_causal_mask
    mask = make_mask(
        config=config, inputs_embeds=x, attention_mask=None, past_key_values=None,
        position_ids=positions,
    )
    with torch.no_grad():
        y, _ = attention(
            hidden_states=x, position_embeddings=embeddings, attention_mask=mask
        )
    tensors = dict(attention.state_dict(), x=x, y=y, cos=cos, sin=sin)
    tensors = {key: value.float().contiguous() for key, value in tensors.items()}
    tensors["mask"] = (mask[0, 0] == 0).to(torch.int32).contiguous()
    description = dict(
        model_type=config.model_type,
        **family,
        **published(config.rope_parameters),
        rope_interleave=interleave,
        scale=float(attention.scaling),
        batch=BATCH,
        tokens=TOKENS,
        transformers_version=transformers.__version__,
    )
    if hasattr(attention, "kv_a_layernorm"):
        description["norm_eps"] = attention.kv_a_layernorm.variance_epsilon
    save(name, tensors, description)


def save(name, tensors, description):
    path = FOLDER / f"{name}.safetensors"
    # One key alone: the order of several would change from run to run.
    save_file(tensors, path, dict(config=json.dumps(description)))
    path.chmod(0o644)
    print(f"{path.name}: {path.stat().st_size} bytes")


def latent(name, model, parameters, seed, interleave=True, latent_gain=1.0, **changes):
    modules, prefix, config_class = model
    family = dict(LATENT, **changes)
    extra = dict(rope_interleave=interleave) if modules is deepseek_v3 else {}
    config = config_class(**family, **extra, rope_parameters=dict(parameters))
    make(
        f"mla_{name}", family, getattr(modules, prefix + "Attention"),
        getattr(modules, prefix + "RotaryEmbedding"), config, interleave, seed, latent_gain,
    )


def dense(name, model, seed, **changes):
    modules, prefix, config_class = model
    family = dict(DENSE, **changes)
    config = config_class(**family, rope_parameters=rope())
    make(
        f"dense_{name}", family, getattr(modules, prefix + "Attention"),
        getattr(modules, prefix + "RotaryEmbedding"), config, False, seed,
    )


def rotary_tables(sets):
    tensors, descriptions = {}, {}
    for name, (width, parameters) in sets.items():
        config = transformers.DeepseekV3Config(
            **dict(LATENT, qk_rope_head_dim=width), rope_parameters=dict(parameters)
        )
        rotary = deepseek_v3.DeepseekV3RotaryEmbedding(config)
        _, cos, sin = tables(rotary, torch.zeros(1), torch.arange(16)[None])
        tensors[f"{name}.inv_freq"] = rotary.inv_freq.contiguous()
        tensors[f"{name}.cos"] = cos.contiguous()
        tensors[f"{name}.sin"] = sin.contiguous()
        descriptions[name] = dict(
            qk_rope_head_dim=width,
            **published(parameters),
            attention_scaling=float(rotary.attention_scaling),
            attention_scale=float(deepseek_v3.yarn_apply_mscale(parameters, 1.0)),
        )
    save("rotary", tensors, descriptions)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    v2 = (deepseek_v2, "DeepseekV2", transformers.DeepseekV2Config)
    v3 = (deepseek_v3, "DeepseekV3", transformers.DeepseekV3Config)
    cpm = (minicpm3, "MiniCPM3", transformers.MiniCPM3Config)
    latent("v3", v3, rope(), seed=1, q_lora_rank=None)
    latent("v3_lora", v3, rope(), seed=2, q_lora_rank=12)
    latent("v3_lora_yarn", v3, V3_YARN, seed=3, q_lora_rank=12)
    latent("v3_yarn_rope4", v3, V3_YARN, seed=4, q_lora_rank=None, qk_rope_head_dim=4)
    latent("v3_halves", v3, V3_YARN, seed=5, q_lora_rank=None, interleave=False)
    # Latents so small that the epsilon of their norm shows in the fourth digit and before.
    latent("v3_small_latent", v3, rope(), seed=6, q_lora_rank=None, latent_gain=2e-3)
    latent("kimi", v3, KIMI_YARN, seed=7, q_lora_rank=12, max_position_embeddings=131072)
    latent("v2_lite", v2, V2_YARN, seed=8, q_lora_rank=None)
    latent(
        "minicpm3", cpm, longrope([1.0, 1.1, 1.3, 1.9], [1.2, 2.0, 8.0, 32.0], 32768), seed=9,
        interleave=False, q_lora_rank=12, max_position_embeddings=32768,
    )
    causal = (llama, "Llama", transformers.LlamaConfig)
    windowed = (mistral, "Mistral", transformers.MistralConfig)
    dense("mha", causal, seed=11, num_key_value_heads=4)
    dense("mha_bias", causal, seed=12, num_key_value_heads=4, attention_bias=True)
    dense("gqa", causal, seed=13, num_key_value_heads=2)
    dense("mqa", causal, seed=14, num_key_value_heads=1)
    dense("window", windowed, seed=15, num_key_value_heads=2, sliding_window=4)
    rotary_tables({
        "plain": (64, rope()),
        "deepseek_v3": (64, V3_YARN),
        "deepseek_v2_lite": (64, V2_YARN),
        "kimi_k2": (64, KIMI_YARN),
        "unequal": (32, yarn(16, 2048, beta_fast=24, beta_slow=2, mscale=0.8, mscale_all_dim=0.4)),
        "paper": (128, yarn(4, 32768, theta=1000000.0)),
    })


if __name__ == "__main__":
    main()
