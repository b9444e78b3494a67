// Asking for the tile after the present one while that is multiplied.

#ifndef MLA4J_LATENT_AHEAD_H
#define MLA4J_LATENT_AHEAD_H

#include "latent_narrow.h"

enum { PAGE_AHEAD = 8 };  // tokens

// How far it is.
struct asking {
  int64_t token_bytes;
  int64_t steps;  // of products in a tile
  int64_t due;
  int asked;      // tokens
};

static inline void ask_for_token(const uint8_t *token, int64_t bytes) {
  for (int64_t at = 0; at < bytes; at += LINE) {
    __builtin_prefetch(token + at, 0, 2);
  }
}

// A tile that nothing runs ahead of.
static inline void ask_for_all(const struct asking *asking, const struct tile *tile) {
  for (int t = 0; t < TILE; t++) {
    ask_for_token(tile->token[t], asking->token_bytes);
  }
}

// A step's share of a tile. A token is asked for from its start to its end, as the second-level cache's
// own prefetching then helps; a line of a token some way ahead has its page looked up in time.
INLINE void ask(struct asking *asking, const struct tile *ahead) {
  for (asking->due += TILE; asking->due >= asking->steps && asking->asked < TILE;
       asking->due -= asking->steps) {
    if (asking->asked + PAGE_AHEAD < TILE) {
      __builtin_prefetch(ahead->token[asking->asked + PAGE_AHEAD], 0, 2);
    }
    ask_for_token(ahead->token[asking->asked++], asking->token_bytes);
  }
}

static inline void begin_asking(struct asking *asking) {
  asking->due = 0;
  asking->asked = 0;
}

#endif
