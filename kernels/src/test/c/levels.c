// Prints the levels that this processor has, the lowest first.

#include <stdio.h>

int mla4j_levels(void);

int main(void) {
  static const char *const names[] = {"avx2", "avx512", "avx512bf16", "neon", "dotprod", "i8mm",
                                      "amx"};
  for (int i = 0; i < (int)(sizeof names / sizeof *names); i++) {
    if (mla4j_levels() >> i & 1) {
      puts(names[i]);
    }
  }
  return 0;
}
