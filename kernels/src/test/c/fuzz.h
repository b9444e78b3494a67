// What the fuzzers share: memory of the exact size, so that a sanitizer sees every access beside it,
// random numbers, and a loop over seeds.

#ifndef MLA4J_FUZZ_H
#define MLA4J_FUZZ_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../main/c/kernels/level.h"

// A kernel at the level that the fuzzer is compiled for.
#define AT_LEVEL(name) JOIN(name, LEVEL)

static inline int64_t below(int64_t n) { return n <= 0 ? 0 : rand() % n; }
static inline float uniform(void) { return (float)rand() / (float)RAND_MAX * 2 - 1; }

static inline void *exactly(int64_t bytes) {
  void *memory = malloc(bytes ? bytes : 1);
  if (!memory) {
    fprintf(stderr, "no memory\n");
    exit(2);
  }
  return memory;
}

// How far a number is from what it should be: not at all where both are NaN, infinitely where one is.
static inline double off_by(double is, double should) {
  if (is != is || should != should) {
    return (is != is) == (should != should) ? 0 : INFINITY;
  }
  return is == should ? 0 : fabs(is - should);
}

// Working memory, full of NaN.
static inline uint8_t *work_of(int64_t bytes) {
  uint8_t *work = aligned_alloc(64, (size_t)(bytes + 63) / 64 * 64);
  memset(work, 0xff, (size_t)bytes);
  return work;
}

static inline uint16_t bf16_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static inline float of_bf16(uint16_t half) {
  uint32_t bits = (uint32_t)half << 16;
  float x;
  memcpy(&x, &bits, 4);
  return x;
}

static inline float of_fp8(uint8_t bits) {
  int exponent = bits >> 3 & 15, mantissa = bits & 7;
  float x = exponent ? ldexpf((float)(8 + mantissa), exponent - 10) : ldexpf((float)mantissa, -9);
  return bits & 128 ? -x : x;
}

// In cpu.c. Asking for the levels asks for the state that AMX needs.
int mla4j_levels(void);

// Runs trials until the time is over; a trial returns whether it failed.
//
//   fuzz_... SECONDS [SEED]
static inline int fuzz(int count, char **arguments, int (*trial)(void)) {
  double seconds = count > 1 ? atof(arguments[1]) : 10;
  unsigned seed = count > 2 ? (unsigned)atoi(arguments[2]) : 1;
  time_t end = time(NULL) + (time_t)seconds;
  long trials = 0;
  mla4j_levels();
  for (; time(NULL) < end; seed++, trials++) {
    srand(seed);
    if (trial()) {
      fprintf(stderr, "seed %u failed\n", seed);
      return 1;
    }
  }
  printf("%ld random shapes passed.\n", trials);
  return 0;
}

#endif
