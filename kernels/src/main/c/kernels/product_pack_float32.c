// Copies activations so that a step's words of a tile's rows lie side by side: as float32, int8 as
// the level's products of bytes want it.

#include "level.h"

#if !defined(__AVX512BF16__)

#include "product_float32.h"

typedef uint32_t uvec __attribute__((vector_size(VECTOR_BYTES)));
typedef uint16_t halves __attribute__((vector_size(VECTOR_BYTES / 2)));
typedef int16_t shorts __attribute__((vector_size(VECTOR_BYTES)));

// How words of a row are read; a constant wherever it is used.
enum reading { FLOAT32_AS_IT_IS, FLOAT32_ROUNDED, BF16_AS_FLOAT32, INT8_AS_WORDS };

static enum reading reading_of(const struct product_job *job) {
  if (is_whole(job)) {
    return INT8_AS_WORDS;
  }
  if (job->element == BFLOAT16) {
    return BF16_AS_FLOAT32;
  }
  return job->format == FLOAT32 ? FLOAT32_AS_IT_IS : FLOAT32_ROUNDED;
}

INLINE int64_t element_bytes(const enum reading reading) {
  switch (reading) {
    case INT8_AS_WORDS: return 1;
    case BF16_AS_FLOAT32: return 2;
    default: return 4;
  }
}

// Elements that fill a vector: of int8 four are a word.
INLINE int64_t vector_elements(const enum reading reading) {
  return reading == INT8_AS_WORDS ? 4 * LANES : LANES;
}

// To the nearest bf16, of two the even one; a NaN stays one.
INLINE vec rounded(vec x) {
  uvec bits = (uvec)x;
  bits = (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000u;
  return blend(x == x, (vec)bits, x);
}

// `present` bytes of a row, zeros behind them.
INLINE vec read(const enum reading reading, const uint8_t *at, int64_t present) {
  if (reading == BF16_AS_FLOAT32) {
    halves v = {0};
    if (present >= (int64_t)sizeof v) {
      memcpy(&v, at, sizeof v);
    } else {
      memcpy(&v, at, present);
    }
    return (vec)(__builtin_convertvector(v, uvec) << 16);
  }
  vec v = {0};
  if (present >= (int64_t)sizeof v) {
    memcpy(&v, at, sizeof v);
  } else {
    memcpy(&v, at, present);
  }
  return reading == FLOAT32_ROUNDED ? rounded(v) : v;
}

// Some rows from their first element of a pass on.
struct rows {
  const uint8_t *x;
  int64_t row_bytes;
  int64_t rows;
  int64_t left;   // elements up to the end of a row
  int64_t words;
};

// The vector of row i that starts at an element.
INLINE vec read_row(const enum reading reading, const struct rows *r, int64_t i, int64_t element) {
  int64_t bytes = element_bytes(reading), left = r->left - element;
  return read(reading, r->x + i * r->row_bytes + element * bytes, left > 0 ? left * bytes : 0);
}

INLINE void put(uint32_t *to, int64_t distance, vec v, int64_t count) {
  uint32_t lanes[LANES];
  memcpy(lanes, &v, sizeof lanes);
  for (int64_t k = 0; k < count; k++) {
    to[k * distance] = lanes[k];
  }
}

INLINE void pack_tile(const enum reading reading, const struct rows *r, uint32_t *to) {
  const int64_t words = reading == INT8_AS_WORDS ? INT8_WORDS : 1;
  for (int64_t w = 0, element = 0; w < r->words; w += words * LANES) {
    int64_t count = r->words - w < words * LANES ? (r->words - w) / words : LANES;
    for (int64_t i = 0; i < r->rows; i++) {
      vec v = read_row(reading, r, i, element);
      uint32_t *at = to + w * r->rows + i;
      if (words == 2) {
        // Bytes at even and at odd places as int16, as product_int8.c wants them.
        put(at, 2 * r->rows, (vec)((shorts)v << 8 >> 8), count);
        put(at + r->rows, 2 * r->rows, (vec)((shorts)v >> 8), count);
      } else {
        put(at, r->rows, v, count);
      }
    }
    element += vector_elements(reading);
  }
}

// int4 read directly: see product_narrow_float32.c.
INLINE void pack_group(const float *x, float *to, int64_t distance) {
  float offset = 0;
  for (int k = 0; k < GROUP; k++) {
    int place = k % 2 ? k % 8 / 2 + 4 : k % 8 / 2;
    to[(1 + k / 8 * 8 + place) * distance] = x[k] / (float)(1 << 4 * place);
    offset += place < 7 ? x[k] : 0;
  }
  to[0] = -8 * offset;
}

INLINE void pack_groups(const enum reading reading, const struct rows *r, uint32_t *to) {
  for (int64_t g = 0; g * GROUP_WORDS < r->words; g++) {
    for (int64_t i = 0; i < r->rows; i++) {
      float x[GROUP];
      for (int k = 0; k < GROUP; k += LANES) {
        store(x + k, read_row(reading, r, i, g * GROUP + k));
      }
      pack_group(x, (float *)to + g * GROUP_WORDS * r->rows + i, r->rows);
    }
  }
}

INLINE void pack(const enum reading reading, const struct product *p, int64_t first,
                 int64_t words) {
  const struct product_job *job = &p->job;
  int64_t rows = rows_of(job), tiles = ceil_div(rows, MOST_ROWS);
  int64_t row_bytes = job->depth * element_bytes(reading);
  for (int64_t i = 0; i < tiles; i++) {
    int64_t row = tile_start(rows, tiles, i);
    const uint8_t *x = p->x + (job->row_from + row) * row_bytes + first * element_bytes(reading);
    struct rows r = {x, row_bytes, tile_start(rows, tiles, i + 1) - row, job->depth - first, words};
    if (is_direct(job) && job->format == INT4) {
      pack_groups(reading, &r, p->packed + row * words);
    } else {
      pack_tile(reading, &r, p->packed + row * words);
    }
  }
}

void INTERNAL(product_pack)(const struct product *p, int64_t first, int64_t words) {
  switch (reading_of(&p->job)) {
    case FLOAT32_AS_IT_IS: pack(FLOAT32_AS_IT_IS, p, first, words); break;
    case FLOAT32_ROUNDED: pack(FLOAT32_ROUNDED, p, first, words); break;
    case BF16_AS_FLOAT32: pack(BF16_AS_FLOAT32, p, first, words); break;
    default: pack(INT8_AS_WORDS, p, first, words); break;
  }
}

#endif
