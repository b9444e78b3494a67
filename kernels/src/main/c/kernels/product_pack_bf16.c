// Copies activations so that a step's words of a tile's rows lie side by side, in the type that
// the weights ask for.

#if defined(__AVX512BF16__)

#include "fixed_group.h"
#include "split.h"
#include "transpose.h"

// How 16 words of a row are read; a constant wherever it is used.
enum reading { FLOAT32_AS_IT_IS, BF16_AS_FLOAT32, FLOAT32_AS_BF16, BF16_AS_IT_IS, INT8_WITH_OFFSET };

static enum reading reading_of(const struct product_job *job) {
  if (job->element == INT8) {
    return INT8_WITH_OFFSET;
  }
  if (job->format == FLOAT32) {
    return job->element == FLOAT32 ? FLOAT32_AS_IT_IS : BF16_AS_FLOAT32;
  }
  return job->element == FLOAT32 ? FLOAT32_AS_BF16 : BF16_AS_IT_IS;
}

INLINE int64_t element_bytes(const enum reading reading) {
  switch (reading) {
    case INT8_WITH_OFFSET: return 1;
    case BF16_AS_FLOAT32:
    case BF16_AS_IT_IS: return 2;
    default: return 4;
  }
}

INLINE int64_t step_elements(const enum reading reading) {
  switch (reading) {
    case INT8_WITH_OFFSET: return 4;
    case FLOAT32_AS_BF16:
    case BF16_AS_IT_IS: return 2;
    default: return 1;
  }
}

// A bit for each of up to 64 elements that a row still has; the rest is read as 0.
INLINE uint64_t present(int64_t left) {
  return left >= 64 ? ~0ull : left <= 0 ? 0 : (1ull << left) - 1;
}

INLINE __m512i words(const enum reading reading, const uint8_t *at, uint64_t present) {
  __mmask16 low = (__mmask16)present, high = (__mmask16)(present >> LANES);
  switch (reading) {
    case FLOAT32_AS_IT_IS: return _mm512_maskz_loadu_epi32(low, at);
    case BF16_AS_FLOAT32:
      return _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(low, at)), 16);
    case FLOAT32_AS_BF16: {
      __m512 a = _mm512_maskz_loadu_ps(low, at), b = _mm512_maskz_loadu_ps(high, at + 64);
      return (__m512i)_mm512_cvtne2ps_pbh(b, a);
    }
    case BF16_AS_IT_IS: return _mm512_maskz_loadu_epi16((__mmask32)present, at);
    default:
      return _mm512_xor_si512(_mm512_maskz_loadu_epi8(present, at), _mm512_set1_epi8((char)0x80));
  }
}

// Some rows from their first element of a pass on.
struct rows {
  const uint8_t *x;
  int64_t row_bytes;
  int64_t rows;
  int64_t left;   // elements up to the end of a row
  int64_t steps;
};

INLINE void pack_tile(const enum reading reading, const struct rows *r, uint32_t *to) {
  __mmask16 used = (__mmask16)present(r->rows);
  for (int64_t s = 0; s < r->steps; s += LANES) {
    int64_t element = s * step_elements(reading);
    const uint8_t *x = r->x + element * element_bytes(reading);
    uint64_t some = present(r->left - element);
    __m512i v[LANES];
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) {
      v[i] = i < r->rows ? words(reading, x + i * r->row_bytes, some) : _mm512_setzero_si512();
    }
    transpose(v);
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) {
      int c = column_of(i);
      if (c < r->steps - s) {
        _mm512_mask_storeu_epi32(to + (s + c) * r->rows, used, v[i]);
      }
    }
  }
}

INLINE void pack_row(const enum reading reading, const struct rows *r, uint32_t *to) {
  for (int64_t s = 0; s < r->steps; s += LANES) {
    int64_t element = s * step_elements(reading);
    const uint8_t *x = r->x + element * element_bytes(reading);
    __m512i v = words(reading, x, present(r->left - element));
    _mm512_mask_storeu_epi32(to + s, (__mmask16)present(r->steps - s), v);
  }
}

// Where the bytes of a step of int4 weights come from: those of the lower nibbles of a word, then
// those of the upper ones.
static const uint64_t INT4_ORDER = 0x0703060205010400;
static const uint64_t IN_ORDER = 0x0706050403020100;

INLINE void pack_fixed(const enum reading reading, const struct product *p, int64_t first,
                       int64_t groups) {
  const struct product_job *job = &p->job;
  int32_t offset = job->format == INT8 ? INT8_OFFSET : INT4_OFFSET;
  uint64_t order = job->format == INT8 ? IN_ORDER : INT4_ORDER;
  const uint8_t *x = p->x + (job->row_from * job->depth + first) * element_bytes(reading);
  struct fixed_group *to = (struct fixed_group *)p->packed;
  for (int64_t left = job->depth - first; groups > 0; groups--, to++, left -= GROUP) {
    make_fixed(to, words(reading, x, present(left)), offset, order);
    to->steps = (int32_t)ceil_div(left < GROUP ? left : GROUP, 4);
    x += GROUP * element_bytes(reading);
  }
}

// Where rows stay rows there are zeros behind them.
INLINE void pack_rows(const enum reading reading, const struct product *p, int64_t first,
                      int64_t steps) {
  const struct product_job *job = &p->job;
  int64_t row_bytes = job->depth * element_bytes(reading), stride = stride_of(job, steps);
  const uint8_t *x = p->x + job->row_from * row_bytes + first * element_bytes(reading);
  for (int64_t row = 0; row < rows_of(job); row++, x += row_bytes) {
    struct rows r = {x, row_bytes, 1, job->depth - first, round_up(steps, TILED_WORDS)};
    pack_row(reading, &r, p->packed + row * stride);
  }
}

// The parts of the 32 elements of a step.
INLINE void split_step(const enum reading reading, const uint8_t *x, uint64_t some, uint32_t *to) {
  const int64_t bytes = LANES * element_bytes(reading);
  struct pairs p = {(__m512)words(reading, x, some), (__m512)words(reading, x + bytes, some >> LANES)};
  for (int part = HIGH; part < PARTS; part++, to += TILED_WORDS) {
    _mm512_storeu_si512(to, take_part(&p));
  }
}

INLINE void pack_split(const enum reading reading, const struct product *p, int64_t first,
                       int64_t steps) {
  const struct product_job *job = &p->job;
  int64_t stride = stride_of(job, steps), bytes = element_bytes(reading);
  for (int64_t row = 0; row < rows_of(job); row++) {
    const uint8_t *x = p->x + ((job->row_from + row) * job->depth + first) * bytes;
    uint32_t *to = p->packed + row * stride;
    int64_t left = job->depth - first;
    for (int64_t s = 0; s < steps; s += SPLIT_WORDS, left -= SPLIT_ELEMENTS) {
      split_step(reading, x, present(left), to + s);
      x += SPLIT_ELEMENTS * bytes;
    }
  }
}

INLINE void pack(const enum reading reading, const struct product *p, int64_t first,
                 int64_t steps) {
  const struct product_job *job = &p->job;
  if (is_fixed(job) && (reading == FLOAT32_AS_BF16 || reading == BF16_AS_IT_IS)) {
    pack_fixed(reading, p, first, steps / FIXED_WORDS);
    return;
  }
  if (is_split(job) && (reading == FLOAT32_AS_IT_IS || reading == BF16_AS_FLOAT32)) {
    pack_split(reading, p, first, steps);
    return;
  }
  if (stays_rows(job)) {
    pack_rows(reading, p, first, steps);
    return;
  }
  int64_t tiles = tiles_of(job);
  int64_t row_bytes = job->depth * element_bytes(reading);
  for (int64_t i = 0; i < tiles; i++) {
    int64_t row = tile_start(job, i);
    const uint8_t *x =
        p->x + (job->row_from + row) * row_bytes + first * element_bytes(reading);
    struct rows r = {x, row_bytes, tile_start(job, i + 1) - row, job->depth - first, steps};
    uint32_t *to = p->packed + row * steps;
    if (r.rows == 1) {
      pack_row(reading, &r, to);
    } else {
      pack_tile(reading, &r, to);
    }
  }
}

void INTERNAL(product_pack)(const struct product *p, int64_t first, int64_t steps) {
  switch (reading_of(&p->job)) {
    case FLOAT32_AS_IT_IS: pack(FLOAT32_AS_IT_IS, p, first, steps); break;
    case BF16_AS_FLOAT32: pack(BF16_AS_FLOAT32, p, first, steps); break;
    case FLOAT32_AS_BF16: pack(FLOAT32_AS_BF16, p, first, steps); break;
    case BF16_AS_IT_IS: pack(BF16_AS_IT_IS, p, first, steps); break;
    default: pack(INT8_WITH_OFFSET, p, first, steps); break;
  }
}

#endif
