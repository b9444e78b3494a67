// What the warpgroups of a block wait for: barriers in shared memory, which copies can also
// complete, and the block's numbered barriers.
#pragma once

#include <stdint.h>

__device__ inline uint32_t shared_address(const void* pointer) {
  return static_cast<uint32_t>(__cvta_generic_to_shared(pointer));
}

// A value that is the same in a whole warp, computed where it is needed: what the compiler keeps in
// vector registers instead has to be moved to a uniform one before every product.
__device__ inline uint32_t uniform(uint32_t value) {
  uint32_t same;
  asm volatile("mov.u32 %0, %1;" : "=r"(same) : "r"(value));
  return same;
}

// A barrier in shared memory. Its phases alternate; a phase ends with the expected arrivals.
struct Barrier {
  uint64_t state;

  __device__ void init(int arrivals) {
    asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(shared_address(this)),
                 "r"(arrivals)
                 : "memory");
  }

  __device__ void arrive() {
    asm volatile(
        "{\n.reg .b64 t;\nmbarrier.arrive.shared::cta.b64 t, [%0];\n}\n" ::"r"(shared_address(this))
        : "memory");
  }

  // Arrives as soon as all copies that this thread has begun are done.
  __device__ void arrive_after_copies() {
    asm volatile("cp.async.mbarrier.arrive.noinc.shared::cta.b64 [%0];" ::"r"(shared_address(this))
                 : "memory");
  }

  // Waits for the end of a phase, by its parity: 0 for the first, third ... phase.
  __device__ void wait(uint32_t parity) {
    asm volatile(
        "{\n.reg .pred p;\n"
        "again:\n"
        "mbarrier.try_wait.parity.shared::cta.b64 p, [%0], %1;\n"
        "@p bra done;\n"
        "bra again;\n"
        "done:\n}\n" ::"r"(shared_address(this)),
        "r"(parity)
        : "memory");
  }
};

// Lets tensor cores see what ordinary stores and copies have written to shared memory.
__device__ inline void fence_for_tensor_cores() {
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}

// Copies 16 bytes from device to shared memory in the background; with 0 bytes writes zeros.
__device__ inline void copy_or_zero(uint32_t to, const void* from, int bytes) {
  asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16, %2;" ::"r"(to), "l"(from),
               "r"(bytes)
               : "memory");
}

// One side of a numbered barrier tells the other that it has come so far.
template <int kThreads>
__device__ inline void signal(int id) {
  asm volatile("bar.arrive %0, %1;" ::"r"(id), "n"(kThreads) : "memory");
}

// The other side waits for it.
template <int kThreads>
__device__ inline void await_signal(int id) {
  asm volatile("bar.sync %0, %1;" ::"r"(id), "n"(kThreads) : "memory");
}

// Takes registers from the warpgroup for the others to have, or the other way round.
template <int kRegisters>
__device__ inline void give_registers() {
  asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(kRegisters));
}

template <int kRegisters>
__device__ inline void take_registers() {
  asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(kRegisters));
}
