// Which levels of the library the processor and the operating system can run. Compiled for the
// baseline.

#if defined(__x86_64__)
#include <cpuid.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#elif defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>
#endif

#define EXPORT __attribute__((visibility("default")))

// A bit for each level; see Level in io.mla4j.kernels.nativecode.
enum { AVX2 = 1, AVX512 = 2, AVX512BF16 = 4, NEON = 8, DOTPROD = 16, I8MM = 32, AMX = 64 };

// The levels that the library has.
#ifndef COMPILED
#define COMPILED ~0
#endif

#if defined(__x86_64__)
// Linux gives a process the state of tiles only if it asks, and then to all its threads.
static int may_use_tiles(void) {
#if defined(__linux__)
  enum { TILE = 24, BF16 = 22, INT8 = 25 };
  unsigned a, b, c, d;
  int there = __get_cpuid_count(7, 0, &a, &b, &c, &d) && d >> TILE & 1 && d >> BF16 & 1 &&
              d >> INT8 & 1;
  enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };
  return there && syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
#else
  return 0;
#endif
}

static int levels(void) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") ||
      !__builtin_cpu_supports("f16c") || !__builtin_cpu_supports("bmi2")) {
    return 0;
  }
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512vl") || !__builtin_cpu_supports("avx512dq")) {
    return AVX2;
  }
  if (!__builtin_cpu_supports("avx512bf16") || !__builtin_cpu_supports("avx512vnni")) {
    return AVX2 | AVX512;
  }
  return AVX2 | AVX512 | AVX512BF16 | (may_use_tiles() ? AMX : 0);
}
#elif defined(__aarch64__) && defined(__linux__)
static int levels(void) {
  // The bits are the Linux kernel's, see asm/hwcap.h; old headers do not name them.
  unsigned long hwcap = getauxval(16), hwcap2 = getauxval(26);
  int dot = (hwcap >> 20) & 1, i8mm = (hwcap2 >> 13) & 1;
  return NEON | (dot ? DOTPROD : 0) | (dot && i8mm ? I8MM : 0);
}
#elif defined(__aarch64__) && defined(__APPLE__)
static int has(const char *feature) {
  int value = 0;
  size_t size = sizeof value;
  return !sysctlbyname(feature, &value, &size, 0, 0) && value;
}

static int levels(void) {
  int dot = has("hw.optional.arm.FEAT_DotProd"), i8mm = has("hw.optional.arm.FEAT_I8MM");
  return NEON | (dot ? DOTPROD : 0) | (dot && i8mm ? I8MM : 0);
}
#else
static int levels(void) { return 0; }
#endif

EXPORT int mla4j_levels(void) { return levels() & (COMPILED); }
