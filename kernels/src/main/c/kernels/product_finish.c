// Turns sums into results: scales, bias, activation, residual.

#if defined(__AVX512BF16__)

#include "product.h"

// 2^x, 0 below -150.
INLINE __m512 exp2_of(__m512 x) {
  x = _mm512_min_ps(_mm512_max_ps(x, _mm512_set1_ps(-150)), _mm512_set1_ps(128));
  __m512 whole = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 r = _mm512_sub_ps(x, whole);
  __m512 p = _mm512_set1_ps(1.535336188319500e-4f);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.339887440266574e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(9.618437357674640e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.550332471162809e-2f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(2.402264791363012e-1f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(6.931472028550421e-1f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
  return _mm512_scalef_ps(p, whole);
}

INLINE __m512 silu(__m512 x) {
  __m512 e = exp2_of(_mm512_mul_ps(x, _mm512_set1_ps(-1.44269504f)));
  return _mm512_div_ps(x, _mm512_add_ps(e, _mm512_set1_ps(1)));
}

// x * Phi(x), with erfc from Abramowitz and Stegun 7.1.26, within 1.5e-7.
INLINE __m512 gelu(__m512 x) {
  __m512 half = _mm512_mul_ps(_mm512_abs_ps(x), _mm512_set1_ps(0.70710678f));
  __m512 t = _mm512_div_ps(
      _mm512_set1_ps(1), _mm512_fmadd_ps(half, _mm512_set1_ps(0.3275911f), _mm512_set1_ps(1)));
  __m512 p = _mm512_set1_ps(1.061405429f);
  p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(-1.453152027f));
  p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(1.421413741f));
  p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(-0.284496736f));
  p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(0.254829592f));
  __m512 square = _mm512_mul_ps(half, half);
  __m512 e = exp2_of(_mm512_mul_ps(square, _mm512_set1_ps(-1.44269504f)));
  __m512 tail = _mm512_mul_ps(_mm512_mul_ps(p, t), _mm512_mul_ps(e, _mm512_set1_ps(0.5f)));
  __mmask16 positive = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_GT_OQ);
  __m512 phi = _mm512_mask_sub_ps(tail, positive, _mm512_set1_ps(1), tail);
  return _mm512_mul_ps(x, phi);
}

INLINE __m512 apply(int64_t function, __m512 x) {
  switch (function) {
    case GELU: return gelu(x);
    case SILU: return silu(x);
    default: return x;
  }
}

// What 16 channels share in all rows.
struct channels {
  __mmask16 mask;
  __m512 scales;
  __m512i offsets; // what the 128 in unsigned activations added
  __m512 bias;
};

static struct channels channels_of(const struct product *p, int64_t column) {
  const struct product_job *job = &p->job;
  int64_t left = job->columns - column;
  struct channels c = {0, _mm512_set1_ps(1), _mm512_setzero_si512(), _mm512_setzero_ps()};
  c.mask = left >= LANES ? 0xffff : (__mmask16)((1u << (left < 0 ? 0 : left)) - 1);
  if (job->format == INT8) {
    c.scales = _mm512_maskz_loadu_ps(c.mask, p->weights + job->channel_scales + column * 4);
    c.offsets = _mm512_slli_epi32(
        _mm512_maskz_loadu_epi32(c.mask, p->weights + job->channel_sums + column * 4), 7);
  }
  if (p->bias) {
    c.bias = _mm512_maskz_loadu_ps(c.mask, p->bias + column);
  }
  return c;
}

INLINE __m512 unscaled(const struct product *p, const struct channels *c, const float *sums,
                       int64_t row) {
  if (p->job.element != INT8) {
    return _mm512_load_ps(sums);
  }
  __m512i sum = _mm512_sub_epi32(_mm512_load_si512(sums), c->offsets);
  return _mm512_mul_ps(_mm512_cvtepi32_ps(sum), _mm512_set1_ps(p->row_scales[row]));
}

static void finish_channels(const struct product *p, const float *sums, int64_t column) {
  const struct product_job *job = &p->job;
  struct channels c = channels_of(p, column);
  for (int64_t row = job->row_from; c.mask && row < job->row_to; row++, sums += PANEL) {
    int64_t at = row * job->columns + column;
    __m512 value = _mm512_fmadd_ps(unscaled(p, &c, sums, row), c.scales, c.bias);
    value = apply(job->function, value);
    if (p->residual) {
      value = _mm512_add_ps(value, _mm512_maskz_loadu_ps(c.mask, p->residual + at));
    }
    _mm512_mask_storeu_ps(p->out + at, c.mask, value);
  }
}

void INTERNAL(product_finish)(const struct product *p, const float *sums, int64_t panel) {
  finish_channels(p, sums, panel * PANEL);
  finish_channels(p, sums + LANES, panel * PANEL + LANES);
}

#endif
