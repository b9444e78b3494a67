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

typedef uint32_t quad __attribute__((vector_size(16)));

INLINE quad load_quad(const uint32_t *at) {
  quad v;
  memcpy(&v, at, sizeof v);
  return v;
}

INLINE void store_quad(uint32_t *to, quad v) { memcpy(to, &v, sizeof v); }

// Four words of each of four rows, which become neighbours.
INLINE void put_four_rows(uint32_t *to, int64_t distance, const uint32_t *lanes) {
  quad a = load_quad(lanes), b = load_quad(lanes + LANES);
  quad c = load_quad(lanes + 2 * LANES), d = load_quad(lanes + 3 * LANES);
  quad ab0 = __builtin_shuffle(a, b, (quad){0, 4, 1, 5});
  quad ab1 = __builtin_shuffle(a, b, (quad){2, 6, 3, 7});
  quad cd0 = __builtin_shuffle(c, d, (quad){0, 4, 1, 5});
  quad cd1 = __builtin_shuffle(c, d, (quad){2, 6, 3, 7});
  store_quad(to, __builtin_shuffle(ab0, cd0, (quad){0, 1, 4, 5}));
  store_quad(to + distance, __builtin_shuffle(ab0, cd0, (quad){2, 3, 6, 7}));
  store_quad(to + 2 * distance, __builtin_shuffle(ab1, cd1, (quad){0, 1, 4, 5}));
  store_quad(to + 3 * distance, __builtin_shuffle(ab1, cd1, (quad){2, 3, 6, 7}));
}

// Four words of each of two rows.
INLINE void put_two_rows(uint32_t *to, int64_t distance, const uint32_t *lanes) {
  quad a = load_quad(lanes), b = load_quad(lanes + LANES);
  quad pairs[2] = {__builtin_shuffle(a, b, (quad){0, 4, 1, 5}),
                   __builtin_shuffle(a, b, (quad){2, 6, 3, 7})};
  for (int k = 0; k < 4; k++) {
    memcpy(to + k * distance, (const uint32_t *)pairs + 2 * k, 8);
  }
}

// Words of rows, [rows, LANES], to [count, rows], with steps a distance apart.
INLINE void put(uint32_t *to, int64_t distance, const uint32_t *lanes, int64_t rows,
                int64_t count) {
  int64_t whole = count / 4 * 4, i = 0;
  for (; i + 4 <= rows; i += 4) {
    for (int64_t k = 0; k < whole; k += 4) {
      put_four_rows(to + k * distance + i, distance, lanes + i * LANES + k);
    }
  }
  for (; i + 2 <= rows; i += 2) {
    for (int64_t k = 0; k < whole; k += 4) {
      put_two_rows(to + k * distance + i, distance, lanes + i * LANES + k);
    }
  }
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t k = row < i ? whole : 0; k < count; k++) {
      to[k * distance + row] = lanes[row * LANES + k];
    }
  }
}

INLINE void pack_tile(const enum reading reading, const struct rows *r, uint32_t *to) {
  const int64_t words = reading == INT8_AS_WORDS ? INT8_WORDS : 1;
  uint32_t lanes[2][MOST_ROWS * LANES];
  for (int64_t w = 0, element = 0; w < r->words; w += words * LANES) {
    int64_t count = r->words - w < words * LANES ? (r->words - w) / words : LANES;
    for (int64_t i = 0; i < r->rows; i++) {
      vec v = read_row(reading, r, i, element);
      // Bytes at even and at odd places as int16, as product_int8.c wants them.
      shorts even = (shorts)v << 8 >> 8, odd = (shorts)v >> 8;
      memcpy(lanes[0] + i * LANES, words == 2 ? (const void *)&even : &v, sizeof v);
      if (words == 2) {
        memcpy(lanes[1] + i * LANES, &odd, sizeof v);
      }
    }
    for (int64_t j = 0; j < words; j++) {
      put(to + (w + j) * r->rows, words * r->rows, lanes[j], r->rows, count);
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

// Rows that stay rows, with zeros behind them.
INLINE void pack_rows(const enum reading reading, const struct product *p, int64_t first,
                      int64_t words) {
  const struct product_job *job = &p->job;
  int64_t row_bytes = job->depth * element_bytes(reading), stride = stride_of(job, words);
  const uint8_t *x = p->x + job->row_from * row_bytes + first * element_bytes(reading);
  struct rows r = {x, row_bytes, rows_of(job), job->depth - first, words};
  for (int64_t row = 0; row < r.rows; row++) {
    for (int64_t k = 0; k < round_up(words, LANES); k += LANES) {
      store((float *)p->packed + row * stride + k, read_row(reading, &r, row, k));
    }
  }
}

INLINE void pack(const enum reading reading, const struct product *p, int64_t first,
                 int64_t words) {
  const struct product_job *job = &p->job;
  if (stays_rows(job)) {
    pack_rows(reading, p, first, words);
    return;
  }
  int64_t tiles = tiles_of(job);
  int64_t row_bytes = job->depth * element_bytes(reading);
  for (int64_t i = 0; i < tiles; i++) {
    int64_t row = tile_start(job, i);
    const uint8_t *x = p->x + (job->row_from + row) * row_bytes + first * element_bytes(reading);
    struct rows r = {x, row_bytes, tile_start(job, i + 1) - row, job->depth - first, words};
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
