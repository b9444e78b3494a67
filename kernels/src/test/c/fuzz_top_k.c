// Random rows for the selection of the largest elements, many of them equal.

#include <math.h>

#include "fuzz.h"

int64_t AT_LEVEL(top_k_float32_work)(int64_t count);
void AT_LEVEL(top_k_float32)(const float *, int64_t, int64_t, uint8_t *, int32_t *);

static float element(int kind) {
  switch (kind) {
    case 0: return uniform();
    case 1: return (float)(below(7) - 3);
    case 2: return below(3) ? 0.0f : -0.0f;
    case 3: return below(9) ? uniform() * 1e-40f : below(2) ? -INFINITY : INFINITY;
    default: return below(5) ? uniform() : NAN;
  }
}

// How many come before element i: larger ones, and equal ones in front of it. NaN comes last.
static int64_t before(const float *x, int64_t count, int64_t i) {
  int64_t n = 0;
  for (int64_t j = 0; j < count; j++) {
    int equal = x[j] == x[i] || (isnan(x[j]) && isnan(x[i]));
    n += x[j] > x[i] || (isnan(x[i]) && !isnan(x[j])) || (equal && j < i);
  }
  return n;
}

static int one(void) {
  int64_t count = below(below(3) ? 300 : 2000), k = below(below(2) ? count + 20 : 40);
  int kind = (int)below(5);
  float *x = exactly(count * 4);
  for (int64_t i = 0; i < count; i++) {
    x[i] = element(kind);
  }
  int32_t *out = exactly(k * 4);
  uint8_t *work = work_of(AT_LEVEL(top_k_float32_work)(count));
  AT_LEVEL(top_k_float32)(x, count, k, work, out);
  int64_t at = 0;
  int wrong = 0;
  for (int64_t i = 0; i < count; i++) {
    if (before(x, count, i) < k) {
      wrong |= at >= k || out[at] != i;
      at++;
    }
  }
  for (; at < k; at++) {
    wrong |= out[at] != -1;
  }
  free(x);
  free(out);
  free(work);
  return wrong;
}

int main(int count, char **arguments) { return fuzz(count, arguments, one); }
