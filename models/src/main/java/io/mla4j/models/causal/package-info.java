/**
 * Causal language models: {@link io.mla4j.models.causal.CausalConfig} says how one is built, {@link
 * io.mla4j.models.causal.CausalModel} is the model, a {@link io.mla4j.models.causal.CausalFamily}
 * reads and writes the {@code config.json} of published ones (DeepSeek-V2 and V3, Llama, Qwen2 and
 * Qwen3), {@link io.mla4j.models.causal.CausalFolder} keeps it on disk, {@link
 * io.mla4j.models.causal.LanguageModel} opens a folder to {@linkplain
 * io.mla4j.models.causal.Generator generate} with it, {@linkplain io.mla4j.models.causal.Scorer
 * score} tokens and measure its {@link io.mla4j.models.causal.Perplexity}.
 */
@NullMarked
package io.mla4j.models.causal;

import org.jspecify.annotations.NullMarked;
