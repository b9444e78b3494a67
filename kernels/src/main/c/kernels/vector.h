// float32 vectors as wide as the level has them. Arithmetic is written with operators, which the
// compiler knows for every width, and contracts to fused multiply-adds.

#ifndef MLA4J_VECTOR_H
#define MLA4J_VECTOR_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif

enum { LANES = VECTOR_BYTES / 4 };

typedef float vec __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t ivec __attribute__((vector_size(VECTOR_BYTES)));

#define INLINE static inline __attribute__((always_inline))

INLINE vec load(const float *x) {
  vec v;
  memcpy(&v, x, sizeof v);
  return v;
}

INLINE void store(float *x, vec v) { memcpy(x, &v, sizeof v); }

// The first `count` elements, zeros behind them; nothing else is read.
INLINE vec load_part(const float *x, int64_t count) {
#if defined(__AVX512F__)
  return (vec)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), x);
#else
  vec v = {0};
  memcpy(&v, x, count * sizeof *x);
  return v;
#endif
}

INLINE void store_part(float *x, vec v, int64_t count) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(x, (__mmask16)((1u << count) - 1), (__m512)v);
#else
  memcpy(x, &v, count * sizeof *x);
#endif
}

INLINE vec all(float x) { return x - (vec){0}; }

// a where the mask is set, else b.
INLINE vec blend(ivec mask, vec a, vec b) { return (vec)((mask & (ivec)a) | (~mask & (ivec)b)); }

// x unless `limited` is less than the limit, then 0; NaN is less than none.
INLINE vec unless_below(vec limited, float limit, vec x) {
#if defined(__AVX512F__)
  __mmask16 mask = _mm512_cmp_ps_mask((__m512)limited, _mm512_set1_ps(limit), _CMP_NLT_UQ);
  return (vec)_mm512_maskz_mov_ps(mask, (__m512)x);
#else
  return (vec)(~(limited < limit) & (ivec)x);
#endif
}

// Where one of the two is NaN, the larger and the smaller one are the second.

INLINE vec max_of(vec a, vec b) {
#if defined(__AVX512F__)
  return (vec)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(__AVX__)
  return (vec)_mm256_max_ps((__m256)a, (__m256)b);
#else
  return blend(a > b, a, b);
#endif
}

INLINE vec min_of(vec a, vec b) {
#if defined(__AVX512F__)
  return (vec)_mm512_min_ps((__m512)a, (__m512)b);
#elif defined(__AVX__)
  return (vec)_mm256_min_ps((__m256)a, (__m256)b);
#else
  return blend(a < b, a, b);
#endif
}

// Always in the same order, by halves.
INLINE float sum_of(vec v) {
  float x[LANES];
  store(x, v);
  for (int half = LANES / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) {
      x[i] += x[i + half];
    }
  }
  return x[0];
}

// The largest lane; none of them is NaN.
INLINE float most_of(vec v) {
#if defined(__AVX512F__)
  return _mm512_reduce_max_ps((__m512)v);
#else
  float x[LANES];
  store(x, v);
  for (int half = LANES / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) {
      x[i] = x[i] > x[i + half] ? x[i] : x[i + half];
    }
  }
  return x[0];
#endif
}

// Whether none of so many elements is infinite or NaN.
static inline int all_finite(const float *x, int64_t count) {
  vec none = {0};
  for (; count >= LANES; count -= LANES, x += LANES) {
    none += load(x) - load(x);  // of a number 0, else NaN
  }
  if (count > 0) {
    none += load_part(x, count) - load_part(x, count);
  }
  return sum_of(none) == 0;
}

INLINE vec magnitude(vec x) { return (vec)((ivec)x & 0x7fffffff); }

INLINE vec with_sign_of(vec x, vec sign) {
  return (vec)((ivec)x | ((ivec)sign & (int32_t)0x80000000));
}

// The polynomials are those of io.mla4j.kernels.scalar.FloatMath.

// A vector of small whole numbers added to this holds them in its low bits.
#define ROUNDER 12582912.f

// x * 2^n, where shifted is n + ROUNDER.
INLINE vec times_exp2(vec x, vec shifted) {
#if defined(__AVX512F__)
  return (vec)_mm512_scalef_ps((__m512)x, (__m512)(shifted - ROUNDER));
#else
  // Two factors, since 2^128 and 2^-149 are no normal floats.
  ivec exponent = (ivec)shifted - (ivec)all(ROUNDER);
  ivec half = exponent >> 1;
  vec first = (vec)((half + 127) << 23);
  vec second = (vec)((exponent - half + 127) << 23);
  return x * first * second;
#endif
}

INLINE vec exp_of(vec x) {
  vec bounded = min_of(all(89.f), max_of(all(-104.f), x));  // in this order NaN stays
  vec shifted = bounded * 1.442695f + ROUNDER;
  vec whole = shifted - ROUNDER;
  vec r = bounded - whole * 0.69314575f - whole * 1.4286068e-06f;
  vec p = r * 0.0013813137f + 0.00836942f;
  p = p * r + 0.041668456f;
  p = p * r + 0.16666515f;
  p = p * r + 0.49999994f;
  return times_exp2(p * r * r + r + 1, shifted);
}

INLINE vec silu_of(vec x) { return x / (exp_of(-x) + 1); }

INLINE vec erf_of(vec x) {
  vec t = magnitude(x);
  vec bounded = min_of(t, all(4.2f));
  vec q = bounded * 6.74171e-08f + -3.0985907e-06f;
  q = q * bounded + 5.9772785e-05f;
  q = q * bounded + -0.0006697888f;
  q = q * bounded + 0.005001812f;
  q = q * bounded + -0.026940009f;
  q = q * bounded + 0.110796236f;
  q = q * bounded + 0.6312129f;
  q = q * bounded + 1.1305286f;
  q = q * bounded + -0.0003809868f;
  vec large = with_sign_of(1 - exp_of(-q), x);
  vec square = x * x;
  vec p = square * 7.853849e-05f + -0.00080101896f;
  p = p * square + 0.0051883273f;
  p = p * square + -0.026853811f;
  p = p * square + 0.112835854f;
  p = p * square + -0.37612626f;
  p = p * square + 0.12837917f;
  vec small = p * x + x;
  return blend(t > 1, large, small);
}

INLINE vec gelu_of(vec x) { return x * 0.5f * (erf_of(x * 0.70710677f) + 1); }

#endif
