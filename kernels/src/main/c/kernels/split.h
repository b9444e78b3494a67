// float32 as the sum of three bf16, each the upper half of what those before it left over: 24 significant
// bits in three times 8. A matrix unit multiplies the parts, see product_split.c. What is not finite
// ends as NaN in a part, and so does every sum that it is in.

#ifndef MLA4J_SPLIT_H
#define MLA4J_SPLIT_H

#include "product_bf16.h"

enum {
  SPLIT_ELEMENTS = 2 * TILED_WORDS,              // along K that a step takes
  SPLIT_WORDS = PARTS * TILED_WORDS,             // of a row in a step: its parts side by side
  PART_BYTES = TILED_WORDS * STEP_BYTES,         // of a panel in a step, as tiles want them
  SPLIT_BYTES = PARTS * PART_BYTES
};

// Elements 16 apart along K, which share a word.
struct pairs {
  __m512 low;
  __m512 high;
};

// Their upper halves, which are taken from them.
INLINE __m512i take_part(struct pairs *p) {
  const __m512i upper = _mm512_set1_epi32(-0x10000);
  const int high_where_upper = 0xca;
  __m512i low = (__m512i)p->low, high = (__m512i)p->high;
  p->low = _mm512_sub_ps(p->low, (__m512)_mm512_and_si512(low, upper));
  p->high = _mm512_sub_ps(p->high, (__m512)_mm512_and_si512(high, upper));
  return _mm512_ternarylogic_epi32(upper, high, _mm512_srli_epi32(low, 16), high_where_upper);
}

// Makes sums again that parts of float32 have turned into NaN.
void INTERNAL(product_repair)(const struct product *p, float *sums, int64_t panel, int64_t row,
                              int64_t rows);

#endif
