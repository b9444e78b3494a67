// The keys of a tile of tokens as the tiles of AMX read them: 16 tokens where they lie if they are
// equally far apart, as in a block of the cache, else copies.

#ifndef MLA4J_LATENT_KEYS_H
#define MLA4J_LATENT_KEYS_H

#include "matrix_unit.h"

struct keys {
  const uint8_t *from;
  int64_t bytes;  // from one token to the next
};

// Room for copies.
struct staged_keys {
  uint8_t *rows;  // [TILE, bytes]
  int64_t bytes;
};

// Rows an odd number of lines apart, so that tokens spread over the sets of a cache.
static inline struct staged_keys stage_keys(uint8_t **at, int64_t row_bytes) {
  int64_t bytes = (ceil_div(row_bytes, LINE) | 1) * LINE;
  return (struct staged_keys){take(at, TILE * bytes), bytes};
}

static inline int equally_far(const uint8_t *const *token) {
  int64_t bytes = token[1] - token[0];
  for (int i = 2; i < TILE_ROWS; i++) {
    if (token[i] - token[i - 1] != bytes) {
      return 0;
    }
  }
  return 1;
}

// A part of a row becomes whole lines, as a tile reads them.
static inline uint8_t *copy_part(uint8_t *to, const uint8_t *from, int64_t bytes) {
  int64_t all = ceil_div(bytes, TILE_BYTES) * TILE_BYTES;
  memcpy(to, from, bytes);
  memset(to + bytes, 0, all - bytes);
  return to + all;
}

// Copies 16 tokens, unless the keys are those copies already; returns the first.
static inline uint8_t *stage_rows(const struct tile *tile, const struct staged_keys *staged,
                                  int64_t sixteen, int64_t first_bytes, int64_t second_bytes,
                                  struct keys *keys) {
  const uint8_t *const *token = tile->token + sixteen * TILE_ROWS;
  uint8_t *rows = staged->rows + sixteen * TILE_ROWS * staged->bytes, *row = rows;
  if (keys->from == rows) {
    return rows;
  }
  for (int i = 0; i < TILE_ROWS; i++, row += staged->bytes) {
    uint8_t *second = copy_part(row, token[i], first_bytes);
    copy_part(second, token[i] + first_bytes, second_bytes);
  }
  *keys = (struct keys){rows, staged->bytes};
  return rows;
}

// Keys consist of two parts of so many bytes, the second of which may be empty.
static inline void place_keys(const struct tile *tile, const struct staged_keys *staged, int tokens,
                              int64_t first_bytes, int64_t second_bytes, struct keys *keys) {
  int whole = first_bytes % TILE_BYTES == 0 && second_bytes % TILE_BYTES == 0;
  for (int t = 0; t < tokens; t += TILE_ROWS) {
    const uint8_t *const *token = tile->token + t;
    struct keys *to = keys + t / TILE_ROWS;
    if (whole && equally_far(token)) {
      *to = (struct keys){token[0], token[1] - token[0]};
      continue;
    }
    to->from = NULL;
    stage_rows(tile, staged, t / TILE_ROWS, first_bytes, second_bytes, to);
  }
}

#endif
