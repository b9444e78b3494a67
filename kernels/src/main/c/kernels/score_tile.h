// Scores of groups of query rows for a tile of tokens. The including file has said how many tokens a
// TILE has, and what a unit is: the 4 bytes that a lane takes in at once. A lane is a query row;
// units of a key are broadcast, so that keys are not transposed.

#ifndef MLA4J_SCORE_TILE_H
#define MLA4J_SCORE_TILE_H

#include "row_softmax.h"

// With two groups of rows, as many sums as the level has registers for, beside what they are made of.
#if VECTOR_BYTES == 64
enum { KEYS_AT_ONCE = 12 };
#elif VECTOR_BYTES == 32
enum { KEYS_AT_ONCE = 6 };
#else
enum { KEYS_AT_ONCE = 8 };
#endif

enum {
  GROUPS_AT_ONCE = 2,
  LINE = 64,
  STEPS_A_TURN = 32  // between two requests for memory ahead
};

#define UNROLL _Pragma("GCC unroll 12")

// A loop full of sums gets the registers it needs only in a function of its own.
#define APART static __attribute__((noinline))

struct scoring {
  int64_t groups;      // of LANES rows
  int64_t steps;       // units of a key
  unit *packed;        // [groups, steps, LANES]: the queries
  const unit *keys;    // [TILE, key_stride]
  int64_t key_stride;
  float *scores;       // [GROUPS_AT_ONCE, TILE, LANES]
  const uint8_t *const *ahead;  // [TILE]: the tokens of the next tile, to ask memory for; or NULL
  int64_t ahead_bytes;          // of such a token
};

// Units from one row to the next: an odd number of lines, so that rows spread over the sets of a
// cache, and whole vectors.
static inline int64_t stride_of(int64_t count) { return (ceil_div(count * 4, LINE) | 1) * LINE / 4; }

// Makes a query a row of the packed ones.
static inline void pack_units(const struct scoring *x, int64_t row, const unit *query) {
  unit *to = x->packed + row / LANES * x->steps * LANES + row % LANES;
  for (int64_t s = 0; s < x->steps; s++) {
    to[s * LANES] = query[s];
  }
}

// Asks for what a turn of steps leads to in the next tile, to be in the second-level cache when its
// turn comes: the processor itself follows a token only when it is read.
static inline void prefetch_turn(const struct scoring *x, int first, int64_t step) {
  int64_t from = step * x->ahead_bytes / x->steps;
  int64_t to = (step + STEPS_A_TURN) * x->ahead_bytes / x->steps;
  to = to < x->ahead_bytes ? to : x->ahead_bytes;
  for (int i = 0; i < KEYS_AT_ONCE; i++) {
    for (int64_t at = (from + LINE - 1) / LINE * LINE; at < to; at += LINE) {
      __builtin_prefetch(x->ahead[first + i] + at, 0, 2);
    }
  }
}

// The scores of some tokens for one or two groups of rows. The last to read a tile ask for the next.
INLINE void score_groups(const struct scoring *x, int64_t group, int groups, int first) {
  const unit *query = x->packed + group * x->steps * LANES;
  const unit *keys = x->keys + first * x->key_stride;
  const int64_t stride = x->key_stride, steps = x->steps;
  vec sums[KEYS_AT_ONCE][GROUPS_AT_ONCE];
  UNROLL for (int i = 0; i < KEYS_AT_ONCE; i++) {
    UNROLL for (int g = 0; g < groups; g++) { sums[i][g] = all(0); }
  }
  int asks = x->ahead && group + groups >= x->groups;
  for (int64_t turn = 0; turn < steps; turn += STEPS_A_TURN) {
    if (asks) {
      prefetch_turn(x, first, turn);
    }
    int64_t end = turn + STEPS_A_TURN < steps ? turn + STEPS_A_TURN : steps;
    for (int64_t s = turn; s < end; s++) {
      units q[GROUPS_AT_ONCE];
      UNROLL for (int g = 0; g < groups; g++) { q[g] = load_units(query + (g * steps + s) * LANES); }
      UNROLL for (int i = 0; i < KEYS_AT_ONCE; i++) {
        units key = all_units(keys[i * stride + s]);
        UNROLL for (int g = 0; g < groups; g++) { sums[i][g] = dot(sums[i][g], q[g], key); }
      }
    }
  }
  UNROLL for (int i = 0; i < KEYS_AT_ONCE; i++) {
    UNROLL for (int g = 0; g < groups; g++) {
      store(x->scores + (g * TILE + first + i) * LANES, sums[i][g]);
    }
  }
}

APART void score_two(const struct scoring *x, int64_t group, int first) {
  score_groups(x, group, 2, first);
}

APART void score_one(const struct scoring *x, int64_t group, int first) {
  score_groups(x, group, 1, first);
}

#endif
