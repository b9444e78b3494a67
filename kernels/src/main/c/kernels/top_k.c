// The largest elements of a row, exactly. The key of the last one to take is found digit by digit
// from histograms (radix selection), of which only the first looks at the whole row; then one pass
// writes the indices in their order.

#if defined(__AVX512BF16__)

#include <immintrin.h>
#include <string.h>

#include "level.h"

enum { LANES = 16, DIGIT_BITS = 11, BUCKETS = 1 << DIGIT_BITS };

static const int shifts[] = {21, 10, 0};
static const int widths[] = {11, 11, 10};

static inline __mmask16 first_of(int64_t count) {
  return count >= LANES ? 0xffff : (__mmask16)((1u << count) - 1);
}

// Whole numbers in the order of the floats: both zeros are equal, and NaN comes before all.
static inline __m512i keys_at(const float *x, __mmask16 mask) {
  __m512 value = _mm512_add_ps(_mm512_maskz_loadu_ps(mask, x), _mm512_setzero_ps());
  __m512i bits = _mm512_castps_si512(value);
  __m512i flip = _mm512_or_si512(_mm512_srai_epi32(bits, 31), _mm512_set1_epi32(INT32_MIN));
  __mmask16 number = _mm512_cmp_ps_mask(value, value, _CMP_ORD_Q);
  return _mm512_maskz_xor_epi32(number, bits, flip);
}

static inline void count_digits(uint32_t *histogram, __m512i digits, int64_t count) {
  uint32_t each[LANES] __attribute__((aligned(64)));
  _mm512_store_si512(each, digits);
  // Neighbours are often equal; two histograms keep them from waiting for each other.
  for (int64_t i = 0; i < count; i++) {
    histogram[(i & 1) * BUCKETS + each[i]]++;
  }
}

// The bucket that holds the wanted-th largest, which is then counted from the top of that bucket.
static inline uint32_t find_bucket(const uint32_t *histogram, int64_t *wanted) {
  uint32_t bucket = BUCKETS;
  for (;;) {
    bucket--;
    int64_t here = (int64_t)histogram[bucket] + histogram[BUCKETS + bucket];
    if (here >= *wanted || bucket == 0) {
      return bucket;
    }
    *wanted -= here;
  }
}

// Vectors are stored whole, as a store of some lanes side by side is slow.
static inline int64_t keep(uint32_t *to, int64_t at, __m512i keys, __mmask16 mask) {
  _mm512_storeu_si512(to + at, _mm512_maskz_compress_epi32(mask, keys));
  return at + __builtin_popcount(mask);
}

static inline __m512i digit_of(__m512i keys, int level) {
  return _mm512_and_si512(_mm512_srl_epi32(keys, _mm_cvtsi32_si128(shifts[level])),
                          _mm512_set1_epi32((1 << widths[level]) - 1));
}

// The key of the k-th largest; k becomes how many of its equals are taken.
static uint32_t find_key(const float *x, int64_t count, int64_t *k, uint32_t *histogram,
                         uint32_t *kept) {
  memset(histogram, 0, 2 * BUCKETS * 4);
  for (int64_t i = 0; i < count; i += LANES) {
    int64_t left = count - i;
    count_digits(histogram, digit_of(keys_at(x + i, first_of(left)), 0), left < LANES ? left : LANES);
  }
  uint32_t found = find_bucket(histogram, k);
  int64_t left = 0;
  for (int64_t i = 0; i < count; i += LANES) {
    __mmask16 mask = first_of(count - i);
    __m512i keys = keys_at(x + i, mask);
    __m512i wanted = _mm512_set1_epi32((int32_t)found);
    left = keep(kept, left, keys, _mm512_mask_cmpeq_epi32_mask(mask, digit_of(keys, 0), wanted));
  }
  for (int level = 1; level < 3; level++) {
    memset(histogram, 0, 2 * BUCKETS * 4);
    for (int64_t i = 0; i < left; i += LANES) {
      int64_t rest = left - i;
      __m512i digits = digit_of(_mm512_loadu_si512(kept + i), level);
      count_digits(histogram, digits, rest < LANES ? rest : LANES);
    }
    uint32_t digit = find_bucket(histogram, k);
    found = found << widths[level] | digit;
    int64_t count_kept = 0;
    for (int64_t i = 0; i < left; i += LANES) {
      __m512i keys = _mm512_loadu_si512(kept + i);
      __mmask16 same = _mm512_mask_cmpeq_epi32_mask(
          first_of(left - i), digit_of(keys, level), _mm512_set1_epi32((int32_t)digit));
      count_kept = keep(kept, count_kept, keys, same);
    }
    left = count_kept;
  }
  return found;
}

// The lowest bits of a mask, so many of them.
static inline __mmask16 lowest(__mmask16 mask, int64_t count) {
  while (__builtin_popcount(mask) > count) {
    mask &= (__mmask16)~(0x8000u >> (__builtin_clz(mask) - 16));
  }
  return mask;
}

static void write_indices(const float *x, int64_t count, uint32_t key, int64_t equals, int64_t k,
                          int32_t *out) {
  const __m512i least = _mm512_set1_epi32((int32_t)key);
  __m512i index = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  int64_t at = 0;
  for (int64_t i = 0; i < count && at < k; i += LANES) {
    __mmask16 mask = first_of(count - i);
    __m512i keys = keys_at(x + i, mask);
    __mmask16 same = _mm512_mask_cmpeq_epi32_mask(mask, keys, least);
    same = lowest(same, equals);
    equals -= __builtin_popcount(same);
    __mmask16 taken = _mm512_mask_cmpgt_epu32_mask(mask, keys, least) | same;
    int64_t some = __builtin_popcount(taken);
    _mm512_mask_storeu_epi32(out + at, first_of(some), _mm512_maskz_compress_epi32(taken, index));
    at += some;
    index = _mm512_add_epi32(index, _mm512_set1_epi32(LANES));
  }
}

int64_t KERNEL(top_k_float32_work)(int64_t count) {
  return (2 * BUCKETS + count + LANES) * 4;
}

// Writes the indices of the k largest of count elements, ascending, or of all where there are
// fewer, and -1 behind them. Of equal elements those that come first are taken.
//
// memory  top_k_float32_work bytes, 64-byte aligned
void KERNEL(top_k_float32)(const float *x, int64_t count, int64_t k, uint8_t *memory,
                           int32_t *out) {
  if (count <= k) {
    for (int64_t i = 0; i < k; i++) {
      out[i] = i < count ? (int32_t)i : -1;
    }
    return;
  }
  if (k == 0) {
    return;
  }
  uint32_t *histogram = (uint32_t *)memory;
  int64_t equals = k;
  uint32_t key = find_key(x, count, &equals, histogram, histogram + 2 * BUCKETS);
  write_indices(x, count, key, equals, k, out);
}

#endif
