// Units of one float32, for kernels that work on units: what a lane takes in at once.

#ifndef MLA4J_FLOAT_UNIT_H
#define MLA4J_FLOAT_UNIT_H

#include "vector.h"

enum { UNIT = 1 };
typedef float unit;
typedef vec units;

INLINE units load_units(const unit *x) { return load(x); }

INLINE void store_units(unit *x, units u) { store(x, u); }

INLINE units all_units(unit x) { return all(x); }

INLINE vec dot(vec sum, units a, units b) { return sum + a * b; }

INLINE units weights_of(vec first, vec second) {
  (void)second;
  return first;
}

#endif
