// The largest elements of a row, exactly. The key of the last one to take is found digit by digit
// from histograms (radix selection), of which only the first looks at the whole row; then one pass
// writes the indices in their order.

#include "level.h"
#include "vector.h"

#if defined(__aarch64__)
#include <arm_neon.h>
#endif

typedef uint32_t uvec __attribute__((vector_size(VECTOR_BYTES)));

enum {
  BUCKETS = 1 << 11,
  HISTOGRAMS = 2,  // neighbours are often equal; more than one keep them from waiting for each other
  HISTOGRAM = BUCKETS + 16,  // equal buckets are no power of two apart, which looks like one address
  COUNTERS = HISTOGRAMS * HISTOGRAM
};

static const int shifts[] = {21, 10, 0};
static const int widths[] = {11, 11, 10};

INLINE uvec load_keys(const uint32_t *x) {
  uvec v;
  memcpy(&v, x, sizeof v);
  return v;
}

// Whole numbers in the order of the floats: both zeros are equal, and NaN comes before all.
INLINE uvec keys_of(vec x) {
  vec value = x + 0.0f;  // makes a -0 a 0
  ivec bits = (ivec)value;
  ivec flip = (bits >> 31) | INT32_MIN;
  return (uvec)((bits ^ flip) & (value == value));
}

INLINE uvec keys_at(const float *x, int64_t count) {
  return keys_of(count >= LANES ? load(x) : load_part(x, count));
}

INLINE uvec digit_of(uvec keys, int level) {
  return keys >> shifts[level] & ((1u << widths[level]) - 1);
}

static inline void count_digits(uint32_t *histogram, uvec digits, int64_t count) {
  uint32_t each[LANES];
  memcpy(each, &digits, sizeof each);
  // Through memory: left to itself, the compiler takes the lanes out one by one, at twice the time.
  __asm__ volatile("" : "+m"(each));
  int64_t end = count < LANES ? count : LANES;
  for (int64_t i = 0; i < end; i++) {
    histogram[i % HISTOGRAMS * HISTOGRAM + each[i]]++;
  }
}

// The bucket that holds the wanted-th largest, which is then counted from the top of that bucket.
static inline uint32_t find_bucket(const uint32_t *histogram, int64_t *wanted) {
  uint32_t bucket = BUCKETS;
  for (;;) {
    bucket--;
    int64_t here = 0;
    for (int i = 0; i < HISTOGRAMS; i++) {
      here += histogram[i * HISTOGRAM + bucket];
    }
    if (here >= *wanted || bucket == 0) {
      return bucket;
    }
    *wanted -= here;
  }
}

// The first `count` lanes of a mask as bits.
INLINE uint32_t bits_of(ivec mask, int64_t count) {
  uint32_t first = count >= LANES ? (1u << LANES) - 1 : (1u << count) - 1;
#if defined(__AVX512F__)
  return _mm512_movepi32_mask((__m512i)mask) & first;
#elif defined(__AVX__)
  return (uint32_t)_mm256_movemask_ps((__m256)mask) & first;
#else
  const uvec each = {1, 2, 4, 8};
  return vaddvq_u32((uint32x4_t)((uvec)mask & each)) & first;
#endif
}

// Appends the lanes of a mask. `to` has room for a whole vector.
INLINE int64_t keep(uint32_t *to, int64_t at, uvec keys, uint32_t mask) {
#if defined(__AVX512F__)
  // Vectors are stored whole, as a store of some lanes side by side is slow.
  _mm512_storeu_si512(to + at, _mm512_maskz_compress_epi32((__mmask16)mask, (__m512i)keys));
  return at + __builtin_popcount(mask);
#else
  // Most vectors have none.
  for (; mask; mask &= mask - 1) {
    to[at++] = keys[__builtin_ctz(mask)];
  }
  return at;
#endif
}

// Keeps the keys that have a digit; returns how many.
static int64_t keep_digit(const uint32_t *keys, int64_t count, int level, uint32_t digit,
                          uint32_t *kept) {
  int64_t at = 0;
  for (int64_t i = 0; i < count; i += LANES) {
    uvec each = load_keys(keys + i);
    at = keep(kept, at, each, bits_of(digit_of(each, level) == digit, count - i));
  }
  return at;
}

// The key of the k-th largest; k becomes how many of its equals are taken. `kept` has room for a
// vector more than there are elements.
static uint32_t find_key(const float *x, int64_t count, int64_t *k, uint32_t *histogram,
                         uint32_t *kept) {
  memset(histogram, 0, COUNTERS * 4);
  for (int64_t i = 0; i < count; i += LANES) {
    count_digits(histogram, digit_of(keys_at(x + i, count - i), 0), count - i);
  }
  uint32_t found = find_bucket(histogram, k);
  int64_t left = 0;
  for (int64_t i = 0; i < count; i += LANES) {
    uvec keys = keys_at(x + i, count - i);
    left = keep(kept, left, keys, bits_of(digit_of(keys, 0) == found, count - i));
  }
  for (int level = 1; level < 3; level++) {
    memset(histogram, 0, COUNTERS * 4);
    for (int64_t i = 0; i < left; i += LANES) {
      count_digits(histogram, digit_of(load_keys(kept + i), level), left - i);
    }
    uint32_t digit = find_bucket(histogram, k);
    found = found << widths[level] | digit;
    left = keep_digit(kept, left, level, digit, kept);
  }
  return found;
}

// The lowest bits of a mask, so many of them.
static inline uint32_t lowest(uint32_t mask, int64_t count) {
  while (__builtin_popcount(mask) > count) {
    mask &= ~(1u << (31 - __builtin_clz(mask)));
  }
  return mask;
}

static void write_indices(const float *x, int64_t count, uint32_t key, int64_t equals, int64_t k,
                          int32_t *out) {
  int64_t at = 0;
  for (int64_t i = 0; i < count && at < k; i += LANES) {
    uvec keys = keys_at(x + i, count - i);
    uint32_t same = lowest(bits_of(keys == key, count - i), equals);
    equals -= __builtin_popcount(same);
    uint32_t taken = bits_of(keys > key, count - i) | same;
    for (; taken && at < k; taken &= taken - 1) {
      out[at++] = (int32_t)i + __builtin_ctz(taken);
    }
  }
  // Rows that somebody writes to meanwhile may have fewer, or have had more.
  for (; at < k; at++) {
    out[at] = -1;
  }
}

int64_t KERNEL(top_k_float32_work)(int64_t count) {
  return (COUNTERS + count + LANES) * 4;
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
  uint32_t key = find_key(x, count, &equals, histogram, histogram + COUNTERS);
  write_indices(x, count, key, equals, k, out);
}
