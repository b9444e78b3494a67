// Functions of elements side by side; the result may be an operand, but for conversions.

#include "bf16.h"
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

#define BINARY(name, function) \
  void KERNEL(name)(const float *a, const float *b, float *out, int64_t count) { \
    EACH(function(load(a + i), load(b + i)), \
         function(load_part(a + i, left), load_part(b + i, left))) \
  }

INLINE vec sum_of_two(vec a, vec b) { return a + b; }

INLINE vec product_of_two(vec a, vec b) { return a * b; }

// The instruction gives the second operand where one is NaN.
INLINE vec larger_of_two(vec a, vec b) { return blend(a != a, a, max_of(a, b)); }

INLINE vec gated(vec gate, vec up) { return silu_of(gate) * up; }

BINARY(add, sum_of_two)
BINARY(multiply, product_of_two)
BINARY(maximum, larger_of_two)
BINARY(silu_multiply, gated)

void KERNEL(widen)(const uint8_t *x, float *out, int64_t count) { widen_bf16(out, x, count); }

void KERNEL(narrow)(const float *restrict x, uint8_t *restrict out, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    uint16_t half = bf16_of(x[i]);
    memcpy(out + 2 * i, &half, 2);
  }
}
