package io.mla4j.tensor;

/** Which elements of a head rotate together in rotary position embedding. */
public enum RotaryLayout {
  /** Element 2i with element 2i + 1, as in the RoPE paper (arXiv 2104.09864) and in DeepSeek. */
  INTERLEAVED,
  /** Element i with element i + D/2, as in Llama and MiniCPM3. */
  HALVES
}
