// Functions of elements side by side; the result may be an operand.

#include "level.h"
#include "vector.h"

#define EACH(expression_of_whole, expression_of_part) \
  int64_t i = 0; \
  for (; i + LANES <= count; i += LANES) { \
    store(out + i, expression_of_whole); \
  } \
  if (i < count) { \
    int64_t left = count - i; \
    store_part(out + i, expression_of_part, left); \
  }

#define UNARY(name, function) \
  void KERNEL(name)(const float *x, float *out, int64_t count) { \
    EACH(function(load(x + i)), function(load_part(x + i, left))) \
  }

UNARY(silu, silu_of)
UNARY(gelu, gelu_of)

#define BINARY(name, operator) \
  void KERNEL(name)(const float *a, const float *b, float *out, int64_t count) { \
    EACH(load(a + i) operator load(b + i), \
         load_part(a + i, left) operator load_part(b + i, left)) \
  }

BINARY(add, +)
BINARY(multiply, *)

void KERNEL(silu_multiply)(const float *gate, const float *up, float *out, int64_t count) {
  EACH(silu_of(load(gate + i)) * load(up + i),
       silu_of(load_part(gate + i, left)) * load_part(up + i, left))
}
