// Scores to weights of 8 or of 16 bits.

#ifndef MLA4J_LATENT_INT8_WEIGHT_H
#define MLA4J_LATENT_INT8_WEIGHT_H

#include "latent_int8.h"

// The part of a row's weight that quantization may misplace: as much as int8 values are off.
static const float BUDGET = 1.0f / 256;

// Scaled scores of a tile to weights times the scales of the tokens' values; returns the largest.
static __m512 weigh(const struct latent_decode_job *job, struct work *w, int64_t group, int count,
                    vec highest, float *scores) {
  struct group_state *state = w->state + group;
  vec base = rebase(state, highest);
  __m512 total = _mm512_load_ps(state->total);
  __m512 largest = _mm512_setzero_ps();
  for (int t = 0; t < count; t++) {
    __m512 weight = weight_of_score(scores + t * LANES, base);
    total = _mm512_add_ps(total, weight);
    // The scale of a token that a row does not see may be anything.
    __mmask16 seen = _mm512_cmp_ps_mask(weight, _mm512_setzero_ps(), _CMP_NEQ_UQ);
    weight = _mm512_maskz_mul_ps(seen, weight, _mm512_set1_ps(value_scale(job, w, t)));
    largest = _mm512_max_ps(largest, weight);
    _mm512_store_ps(scores + t * LANES, weight);
  }
  _mm512_store_ps(state->total, total);
  return largest;
}

// Bytes of four tokens side by side.
static inline __m512i quad_of_bytes(__m512i a, __m512i b, __m512i c, __m512i d) {
  const __m512i order = _mm512_broadcast_i32x4(
      _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  __m512i ab = _mm512_packus_epi32(a, b), cd = _mm512_packus_epi32(c, d);
  return _mm512_shuffle_epi8(_mm512_packus_epi16(ab, cd), order);
}

static void quantize_to_16_bits(struct work *w, int64_t group, int count, __m512 inverse,
                                const float *scores) {
  const __m512 most = _mm512_set1_ps(65535);
  const __m512i byte = _mm512_set1_epi32(255);
  for (int t = 0; t < count; t += 4) {
    __m512i high[4], low[4];
    for (int i = 0; i < 4; i++) {
      __m512 weight = _mm512_mul_ps(_mm512_load_ps(scores + (t + i) * LANES), inverse);
      __m512i bits = _mm512_cvtps_epi32(_mm512_min_ps(_mm512_mul_ps(weight, most), most));
      high[i] = _mm512_srli_epi32(bits, 8);
      low[i] = _mm512_and_si512(bits, byte);
    }
    lanes_of_quads *to = weights_of(w, group, 0) + t / 4;
    _mm512_store_si512(to[0], quad_of_bytes(high[0], high[1], high[2], high[3]));
    _mm512_store_si512(to[QUADS], quad_of_bytes(low[0], low[1], low[2], low[3]));
  }
}

// Returns how much of the weights it misplaces, as a part of the largest.
static __m512 quantize_to_8_bits(struct work *w, int64_t group, int count, __m512 inverse,
                                 const float *scores) {
  const __m512 most = _mm512_set1_ps(255), step = _mm512_set1_ps(1.0f / 255);
  __m512 misplaced = _mm512_setzero_ps();
  for (int t = 0; t < count; t += 4) {
    __m512i bits[4];
    for (int i = 0; i < 4; i++) {
      __m512 weight = _mm512_mul_ps(_mm512_load_ps(scores + (t + i) * LANES), inverse);
      bits[i] = _mm512_cvtps_epi32(_mm512_min_ps(_mm512_mul_ps(weight, most), most));
      __m512 error = _mm512_fnmadd_ps(_mm512_cvtepi32_ps(bits[i]), step, weight);
      misplaced = _mm512_add_ps(misplaced, _mm512_abs_ps(error));
    }
    __m512i quad = quad_of_bytes(bits[0], bits[1], bits[2], bits[3]);
    _mm512_store_si512(weights_of(w, group, 0)[t / 4], quad);
  }
  return misplaced;
}

// One over the smallest scale of a tile's values, which bounds the weight behind a scaled weight.
static float inverse_scale(const struct latent_decode_job *job, const struct work *w, int count) {
  float smallest = __builtin_inff();
  for (int t = 0; t < count; t++) {
    float scale = value_scale(job, w, t);
    smallest = w->tile.present[t] && scale > 0 && scale < smallest ? scale : smallest;
  }
  return 1 / smallest;
}

// Weights to whole numbers, in quads of tokens.
static void quantize(struct work *w, int64_t group, int count, __m512 largest, float *scores) {
  for (int t = count; t % 4; t++) {
    _mm512_store_ps(scores + t * LANES, _mm512_setzero_ps());
  }
  __mmask16 some = _mm512_cmp_ps_mask(largest, _mm512_setzero_ps(), _CMP_GT_OQ);
  __m512 inverse = _mm512_maskz_div_ps(some, _mm512_set1_ps(1), largest);
  struct group_state *state = w->state + group;
  float *so_far = w->misplaced + group * LANES;
  __m512 before = _mm512_mul_ps(_mm512_load_ps(so_far), _mm512_load_ps(state->shrink));
  __m512 added = quantize_to_8_bits(w, group, count, inverse, scores);
  added = _mm512_mul_ps(added, _mm512_mul_ps(largest, _mm512_set1_ps(w->inverse_scale)));
  __m512 after = _mm512_add_ps(before, added);
  __m512 allowed = _mm512_mul_ps(_mm512_load_ps(state->total), _mm512_set1_ps(BUDGET));
  int wide = _mm512_cmp_ps_mask(after, allowed, _CMP_GT_OQ) != 0;
  if (wide) {
    quantize_to_16_bits(w, group, count, inverse, scores);
  }
  w->wide[group] = (uint8_t)wide;
  _mm512_store_ps(so_far, wide ? before : after);
  _mm512_store_ps(w->weight_scale + group * LANES,
                  _mm512_mul_ps(largest, _mm512_set1_ps(wide ? 1.0f / 65535 : 1.0f / 255)));
}

static void weigh_and_quantize(const struct latent_decode_job *job, struct work *w, int64_t group,
                               int count, vec highest, float *scores) {
  quantize(w, group, count, weigh(job, w, group, count, highest, scores), scores);
}

#endif
