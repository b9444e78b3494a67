// Which levels the processor and the operating system can run. Compiled for the baseline.

#define EXPORT __attribute__((visibility("default")))

// A bit for each level, the best one highest; see Level in io.mla4j.kernels.c.
EXPORT int mla4j_levels(void) {
  int levels = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  int avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  if (avx512 && __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512vnni")) {
    levels |= 1;
  }
#endif
  return levels;
}
