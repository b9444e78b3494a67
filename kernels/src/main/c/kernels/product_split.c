// float32 products in a matrix unit, in parts of bf16.

#if defined(__AMX_BF16__)

#include "product_tiled.h"
#include "split.h"

// A step of a panel; `left` elements along K are there.
INLINE void split_step(const uint8_t *strip, int64_t left, uint8_t *to) {
  for (int64_t k = 0; k < TILED_WORDS; k++, strip += STEP_BYTES, to += STEP_BYTES) {
    for (int64_t half = 0; half < STEP_BYTES; half += TILE_BYTES) {
      struct pairs p = {_mm512_setzero_ps(), _mm512_setzero_ps()};
      if (k < left) {
        p.low = _mm512_load_ps(strip + half);
      }
      if (k + TILED_WORDS < left) {
        p.high = _mm512_load_ps(strip + TILED_WORDS * STEP_BYTES + half);
      }
      for (int part = HIGH; part < PARTS; part++) {
        _mm512_store_si512(to + part * PART_BYTES + half, take_part(&p));
      }
    }
  }
}

// Of the nine products of parts the three smallest are left out, together less than 2^-21 of the whole
// and some 2^-24 on average. The largest comes last; the order of the others loads few tiles again.
INLINE void tiled(const struct tile *t, const int more, const int first) {
  const int64_t x_bytes = t->stride * 4, words = t->words;
  const uint32_t *x = t->x, *x_below = x + TILE_ROWS * t->stride;
  const uint8_t *unsplit = t->unsplit;
  uint8_t *strip = (uint8_t *)t->strip;
  int64_t left = t->elements;
  begin_sums(t, more);
  if (first) {
    split_step(unsplit, left, strip);
  }
#define ROWS(PART) \
  LOAD_TILE(4, x + w + (PART) * TILED_WORDS, x_bytes); \
  if (more) { \
    LOAD_TILE(5, x_below + w + (PART) * TILED_WORDS, x_bytes); \
  }
#define CHANNELS(PART) \
  LOAD_TILE(6, strip + (PART) * PART_BYTES, STEP_BYTES); \
  LOAD_TILE(7, strip + (PART) * PART_BYTES + TILE_BYTES, STEP_BYTES);
#define MULTIPLY() \
  _tile_dpbf16ps(0, 4, 6); \
  _tile_dpbf16ps(1, 4, 7); \
  if (more) { \
    _tile_dpbf16ps(2, 5, 6); \
    _tile_dpbf16ps(3, 5, 7); \
  }
  for (int64_t w = 0; w < words; w += SPLIT_WORDS, strip += SPLIT_BYTES) {
    if (first && w + SPLIT_WORDS < words) {
      unsplit += SPLIT_ELEMENTS * STEP_BYTES;
      left -= SPLIT_ELEMENTS;
      split_step(unsplit, left, strip + SPLIT_BYTES);
    }
    ask_for_next(t, w / SPLIT_WORDS);
    ROWS(LOW) CHANNELS(HIGH) MULTIPLY()
    ROWS(MIDDLE) MULTIPLY()
    CHANNELS(MIDDLE) MULTIPLY()
    ROWS(HIGH) MULTIPLY()
    CHANNELS(LOW) MULTIPLY()
    CHANNELS(HIGH) MULTIPLY()
  }
#undef ROWS
#undef CHANNELS
#undef MULTIPLY
  end_sums(t, more);
}

INLINE void tiled_split(const struct tile *t, const int more) {
  if (t->unsplit) {
    tiled(t, more, 1);
  } else {
    tiled(t, more, 0);
  }
}

FOR_HALVES(tiled_split)

INLINE float activation(const struct product *p, int64_t row, int64_t k) {
  int64_t at = row * p->job.depth + k;
  if (p->job.element == FLOAT32) {
    return ((const float *)p->x)[at];
  }
  uint32_t bits = (uint32_t)((const uint16_t *)p->x)[at] << 16;
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// Sums that are NaN are made again in float32, as infinite parts may meet a zero.
void INTERNAL(product_repair)(const struct product *p, float *sums, int64_t panel, int64_t row,
                              int64_t rows) {
  const struct product_job *job = &p->job;
  const float *weights = (const float *)(p->weights + panel * panel_bytes(FLOAT32, job->depth));
  row += job->row_from;
  for (int64_t end = row + rows; row < end; row++, sums += PANEL) {
    for (int64_t half = 0; half < PANEL; half += LANES) {
      __m512 sum = _mm512_load_ps(sums + half);
      __mmask16 wrong = _mm512_cmpunord_ps_mask(sum, sum);
      if (wrong == 0) {
        continue;
      }
      sum = _mm512_setzero_ps();
      for (int64_t k = 0; k < job->depth; k++) {
        __m512 x = _mm512_set1_ps(activation(p, row, k));
        sum = _mm512_fmadd_ps(_mm512_load_ps(weights + k * PANEL + half), x, sum);
      }
      _mm512_mask_store_ps(sums + half, wrong, sum);
    }
  }
}

#endif
