// What one core can do at most: products held in registers, and a sum over a long buffer.
//
// Enough sums run side by side that none waits for the one before it. The compiler must not see
// that they are all the same, else it would keep one of them: each is hidden from it at the start.

#include "level.h"
#include "vector.h"

#if defined(__AMX_BF16__)
#include "matrix_unit.h"
#endif

// Enough sums for the processor's latency and few enough for its registers, of which AVX has 16.
#if VECTOR_BYTES == 64 || defined(__aarch64__)
enum { SUMS = 24 };
#define EACH(DO) \
  DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) \
  DO(12) DO(13) DO(14) DO(15) DO(16) DO(17) DO(18) DO(19) DO(20) DO(21) DO(22) DO(23)
#else
enum { SUMS = 12 };
#define EACH(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11)
#endif

#if defined(__aarch64__)
#define HIDE(sum) __asm__ volatile("" : "+w"(sum))
#else
#define HIDE(sum) __asm__ volatile("" : "+v"(sum))
#endif

// Each probe returns how many operations it did; a multiply-add is two. `vectors` has two vectors
// of VECTOR_BYTES, and the first is overwritten.

int64_t KERNEL(peak_float32)(int64_t rounds, float *vectors) {
  vec x = load(vectors), y = load(vectors + LANES);
#define DECLARE(i) \
  vec s##i = x; \
  HIDE(s##i);
  EACH(DECLARE)
#undef DECLARE
  for (int64_t r = 0; r < rounds; r++) {
#define STEP(i) s##i += x * y;
    EACH(STEP)
#undef STEP
  }
#define ADD(i) x += s##i;
  EACH(ADD)
#undef ADD
  store(vectors, x);
  return rounds * SUMS * LANES * 2;
}

#if defined(__AMX_BF16__)
// Four sums of 16 rows and 16 columns; a product adds 64 bytes to each.
#define PEAK_OF_TILES(NAME, MULTIPLY, ELEMENTS) \
  int64_t KERNEL(NAME)(int64_t rounds, float *vectors) { \
    uint8_t zeros[TILE_ROWS * TILE_BYTES] = {0}; \
    shape_tiles(); \
    LOAD_TILE(4, zeros, TILE_BYTES); \
    LOAD_TILE(5, zeros, TILE_BYTES); \
    LOAD_TILE(6, zeros, TILE_BYTES); \
    LOAD_TILE(7, zeros, TILE_BYTES); \
    _tile_zero(0); \
    _tile_zero(1); \
    _tile_zero(2); \
    _tile_zero(3); \
    for (int64_t r = 0; r < rounds; r++) { \
      MULTIPLY(0, 4, 6); \
      MULTIPLY(1, 4, 7); \
      MULTIPLY(2, 5, 6); \
      MULTIPLY(3, 5, 7); \
    } \
    _tile_stored(0, zeros, TILE_BYTES); \
    _tile_release(); \
    memcpy(vectors, zeros, VECTOR_BYTES); \
    return rounds * 4 * TILE_ROWS * TILE_ROWS * ELEMENTS * 2; \
  }

PEAK_OF_TILES(peak_bf16, _tile_dpbf16ps, 32)
PEAK_OF_TILES(peak_int8, _tile_dpbusd, 64)

#elif defined(__AVX512BF16__)
int64_t KERNEL(peak_bf16)(int64_t rounds, float *vectors) {
  __m512bh x = (__m512bh)_mm512_loadu_si512(vectors);
  __m512bh y = (__m512bh)_mm512_loadu_si512(vectors + LANES);
#define DECLARE(i) \
  __m512 s##i = _mm512_setzero_ps(); \
  HIDE(s##i);
  EACH(DECLARE)
#undef DECLARE
  for (int64_t r = 0; r < rounds; r++) {
#define STEP(i) s##i = _mm512_dpbf16_ps(s##i, x, y);
    EACH(STEP)
#undef STEP
  }
  __m512 all = _mm512_setzero_ps();
#define ADD(i) all = _mm512_add_ps(all, s##i);
  EACH(ADD)
#undef ADD
  _mm512_storeu_ps(vectors, all);
  return rounds * SUMS * LANES * 2 * 2;
}

int64_t KERNEL(peak_int8)(int64_t rounds, float *vectors) {
  __m512i x = _mm512_loadu_si512(vectors), y = _mm512_loadu_si512(vectors + LANES);
#define DECLARE(i) \
  __m512i s##i = _mm512_setzero_si512(); \
  HIDE(s##i);
  EACH(DECLARE)
#undef DECLARE
  for (int64_t r = 0; r < rounds; r++) {
#define STEP(i) s##i = _mm512_dpbusd_epi32(s##i, x, y);
    EACH(STEP)
#undef STEP
  }
  __m512i all = _mm512_setzero_si512();
#define ADD(i) all = _mm512_add_epi32(all, s##i);
  EACH(ADD)
#undef ADD
  _mm512_storeu_si512(vectors, all);
  return rounds * SUMS * LANES * 4 * 2;
}

#endif

// Reading: sums of 64-bit integers, as an addition costs less than its load. Neither way is the
// faster one everywhere. With huge pages one stream is, which is asked for ahead into the
// second-level cache; with small ones the hardware stops at the end of each, and four streams hide
// that from each other.

typedef int64_t wide __attribute__((vector_size(VECTOR_BYTES)));

enum { AHEAD = 4096, STREAMS = 4, LINE = 64 };

static int64_t total_of(const wide *sums, int count) {
  int64_t total = 0;
  for (int i = 0; i < count; i++) {
    for (int j = 0; j < VECTOR_BYTES / 8; j++) {
      total += sums[i][j];
    }
  }
  return total;
}

INLINE wide sum_of_line(wide sum, const uint8_t *memory) {
  for (int i = 0; i < LINE; i += VECTOR_BYTES) {
    wide x;
    memcpy(&x, memory + i, VECTOR_BYTES);
    sum += x;
  }
  return sum;
}

// `bytes` is a multiple of 2048.
int64_t KERNEL(peak_read)(const uint8_t *memory, int64_t bytes) {
  wide sums[8] = {0};
  for (int64_t at = 0; at < bytes; at += 8 * LINE) {
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
      __builtin_prefetch(memory + at + i * LINE + AHEAD, 0, 2);
      sums[i] = sum_of_line(sums[i], memory + at + i * LINE);
    }
  }
  return total_of(sums, 8);
}

// The same, a quarter of the memory in each of four streams.
int64_t KERNEL(peak_read_streams)(const uint8_t *memory, int64_t bytes) {
  wide sums[2 * STREAMS] = {0};
  int64_t share = bytes / STREAMS;
  for (int64_t at = 0; at < share; at += 2 * LINE) {
#pragma GCC unroll 4
    for (int i = 0; i < STREAMS; i++) {
      const uint8_t *stream = memory + i * share + at;
      sums[2 * i] = sum_of_line(sums[2 * i], stream);
      sums[2 * i + 1] = sum_of_line(sums[2 * i + 1], stream + LINE);
    }
  }
  return total_of(sums, 2 * STREAMS);
}
