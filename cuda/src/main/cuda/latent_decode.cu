// Latent decoding on Hopper, over a paged bf16 cache of rows [512 latent | 64 rotary key].
//
// A block of threads attends with 64 query rows to tiles of 64 tokens. One warpgroup copies tiles
// from the cache, into two stages of shared memory; one computes scores, weights and the first
// half of the values; one the second half. A tile is read from the cache once and serves as keys
// and as values. docs/kernels/latent-decode-cuda.md has the counts and the plan.
#include <cuda_bf16.h>

#include "barriers.cuh"
#include "wgmma.cuh"

namespace {

constexpr int kWidth = 576;
constexpr int kValueWidth = 512;
constexpr int kHalfWidth = kValueWidth / 2;
constexpr int kRows = 64;
constexpr int kTile = 64;
constexpr int kStages = 2;

constexpr int kWarp = 32;
constexpr int kWarpgroup = 128;
constexpr int kThreads = 3 * kWarpgroup;

constexpr int kPanels = kWidth / kPanelColumns;
constexpr int kPanelBytes = kTile * kPanelColumns * 2;
constexpr int kHalfPanels = kHalfWidth / kPanelColumns;
constexpr int kEightRows = 8 * kPanelColumns * 2;

// Columns that one instruction sums over, and how many of those a panel has.
constexpr int kDepth = 16;
constexpr int kStepsOfPanel = kPanelColumns / kDepth;

constexpr int kWeightsFree = 1;
constexpr int kWeightsReady = 2;

constexpr float kLn2 = 0.693147180559945f;

// A run of tokens of a unit, which is the query rows that share their tokens.
struct Piece {
  int unit;
  int from;
  int to;
  int slot;  // where its sums go if others have the rest of the unit, or -1
};

// A unit that was cut into pieces.
struct CutUnit {
  int unit;
  int first_slot;
  int slots;
};

struct Decode {
  const __nv_bfloat16* queries;
  const __nv_bfloat16* cache;
  const int* positions;  // block table, or token indices
  const int* lengths;
  const float* sinks;  // or null
  void* out;
  float* log_sum_exp;
  float* sums;   // [slots, unit_rows, 512]
  float2* stats;  // [slots, unit_rows]: highest score times log2 e, sum of weights
  const Piece* pieces;
  const int* part_starts;
  const CutUnit* cut_units;
  unsigned long long* wrong_position;  // 1 + its index, 0 for none
  int query_tokens;
  int heads;
  int key_heads;
  int unit_rows;
  int positions_per_row;
  int blocks;
  int block_tokens;
  int sparse;
  int causal;
  int float32_out;
  float scale;  // times log2 e
  uint32_t block_multiplier;
  uint32_t block_shift;

  // Division by block_tokens of what is less than 2^31, by a product (Granlund and Montgomery,
  // Division by Invariant Integers using Multiplication, 1994).
  __device__ int block_of(int token) const {
    return (__umulhi(token, block_multiplier) + uint32_t(token)) >> block_shift;
  }
};

// As DecodeArguments writes it.
static_assert(sizeof(Decode) == 160, "the kernel's argument");

struct Shared {
  __nv_bfloat16 query[kPanels][kRows][kPanelColumns];
  __nv_bfloat16 keys[kStages][kPanels][kTile][kPanelColumns];
  __nv_bfloat16 weights[kRows][kTile];
  float factors[kRows];  // what sums of values are multiplied with before the next are added
  uint16_t present[kStages][kWarpgroup / kWarp];  // a bit for each token of a tile
  Barrier keys_full[kStages];
  Barrier keys_free[kStages];
  Barrier query_full;
  Barrier query_free;
};

// As CudaFlashMla asks for it.
static_assert(sizeof(Shared) == 229'696, "what a block is given");

// Query rows that share their tokens: of a sequence and a key head, with indices of a query token.
struct Unit {
  const Decode& decode;
  int key_head;
  int outer;  // sequence, or with indices query token of all

  __device__ Unit(const Decode& d, int unit)
      : decode(d), key_head(unit % d.key_heads), outer(unit / d.key_heads) {}

  __device__ int heads() const { return decode.heads / decode.key_heads; }

  __device__ int token(int row) const {
    return decode.sparse ? outer : outer * decode.query_tokens + row / heads();
  }

  __device__ int head(int row) const { return key_head * heads() + row % heads(); }

  // Where a row is among all query rows.
  __device__ int64_t query_row(int row) const {
    return int64_t{token(row)} * decode.heads + head(row);
  }

  __device__ int64_t log_sum_exp_at(int row) const {
    const int sequence = token(row) / decode.query_tokens;
    const int in_sequence = token(row) % decode.query_tokens;
    return (int64_t{sequence} * decode.heads + head(row)) * decode.query_tokens + in_sequence;
  }

  // How many tokens from the first a row sees.
  __device__ int seen(int row) const {
    if (decode.sparse || !decode.causal) {
      return INT32_MAX;
    }
    return decode.lengths[outer] - decode.query_tokens + row / heads() + 1;
  }
};

// What one thread copies of a tile: of 4 rows, 4 apart, 16 bytes of each panel.
struct Sources {
  static constexpr int kRowsOfThread = 4;
  const char* rows[kRowsOfThread];  // where the thread's first 16 bytes are
  int bytes[kRowsOfThread];         // 16, or 0 for a row that is not there and becomes zeros
};

// Copies the cache to shared memory as soon as there is room. It has as many instructions
// as a tile takes time: what can be known before the loop is.
class Copier {
 public:
  __device__ Copier(const Decode& decode, Shared& shared)
      : decode_(decode), shared_(shared), warp_(threadIdx.x % kWarpgroup / kWarp),
        lane_(threadIdx.x % kWarp), first_row_(16 * warp_ + lane_ / 8) {
    // Rows 4 apart swizzle differently, rows 8 apart alike.
    for (int odd = 0; odd < 2; odd++) {
      place_[odd] = first_row_ * kRowBytes + (lane_ % 8 ^ (first_row_ + 4 * odd) % 8) * 16;
    }
  }

  __device__ void run(int from, int to) {
    for (int p = from; p < to; p++) {
      const Piece piece = decode_.pieces[p];
      if (piece.from == piece.to) {
        continue;
      }
      const Unit unit(decode_, piece.unit);
      copy_query(unit);
      const int* positions = decode_.positions + int64_t{unit.outer} * decode_.positions_per_row;
      Sources next = sources(unit, positions, piece.from, piece.to);
#pragma unroll 1
      for (int at = piece.from; at < piece.to; at += kTile) {
        const Sources now = next;
        // Read before the wait for room: the table is as far away as the cache.
        next = sources(unit, positions, at + kTile, piece.to);
        copy_tile(now);
      }
    }
  }

 private:
  static constexpr int kRowBytes = kPanelColumns * 2;

  const Decode& decode_;
  Shared& shared_;
  const int warp_;
  const int lane_;
  const int first_row_;
  uint32_t place_[2];
  uint32_t tiles_ = 0;
  uint32_t queries_ = 0;

  __device__ void copy(const void* tile, int panel, const Sources& sources) const {
    const uint32_t to = shared_address(tile) + panel * kPanelBytes;
#pragma unroll
    for (int q = 0; q < Sources::kRowsOfThread; q++) {
      copy_or_zero(to + place_[q % 2] + 4 * q * kRowBytes, sources.rows[q] + panel * kRowBytes,
                   sources.bytes[q]);
    }
  }

  __device__ void copy_query(const Unit& unit) {
    Sources sources;
#pragma unroll
    for (int q = 0; q < Sources::kRowsOfThread; q++) {
      const int row = blockIdx.x * kRows + first_row_ + 4 * q;
      const bool exists = row < decode_.unit_rows;
      sources.bytes[q] = exists ? 16 : 0;
      sources.rows[q] = start(decode_.queries, exists ? unit.query_row(row) : 0);
    }
    shared_.query_free.wait((queries_ & 1) ^ 1);
#pragma unroll
    for (int panel = 0; panel < kPanels; panel++) {
      copy(shared_.query, panel, sources);
    }
    shared_.query_full.arrive_after_copies();
    queries_++;
  }

  __device__ const char* start(const __nv_bfloat16* rows, int64_t row) const {
    return reinterpret_cast<const char*>(rows + row * kWidth) + lane_ % 8 * 16;
  }

  __device__ Sources sources(const Unit& unit, const int* positions, int at, int to) const {
    Sources result;
#pragma unroll
    for (int q = 0; q < Sources::kRowsOfThread; q++) {
      const int64_t token = find(positions, at + first_row_ + 4 * q, to);
      result.bytes[q] = token >= 0 ? 16 : 0;
      const int64_t row = max(token, int64_t{0}) * decode_.key_heads + unit.key_head;
      result.rows[q] = start(decode_.cache, row);
    }
    return result;
  }

  // Where a token is in the pool, -1 for none.
  __device__ int64_t find(const int* positions, int index, int to) const {
    if (index >= to) {
      return -1;
    }
    const int block = decode_.sparse ? index : decode_.block_of(index);
    const int position = positions[block];
    const int64_t limit =
        decode_.sparse ? int64_t{decode_.blocks} * decode_.block_tokens : decode_.blocks;
    if (position >= 0 && position < limit) {
      return decode_.sparse ? position
                            : int64_t{position} * decode_.block_tokens +
                                  (index - block * decode_.block_tokens);
    }
    if (!decode_.sparse || position != -1) {
      const int64_t entry = positions + block - decode_.positions;
      atomicCAS(decode_.wrong_position, 0ULL, static_cast<unsigned long long>(entry) + 1);
    }
    return -1;
  }

  __device__ void copy_tile(const Sources& sources) {
    const uint32_t stage = tiles_ % kStages;
    shared_.keys_free[stage].wait((tiles_ / kStages & 1) ^ 1);
    note_present(sources, stage);
#pragma unroll
    for (int panel = 0; panel < kPanels; panel++) {
      copy(shared_.keys[stage], panel, sources);
    }
    shared_.keys_full[stage].arrive_after_copies();
    tiles_++;
  }

  // The 16 tokens of a warp as bits, from the lanes that begin each row.
  __device__ void note_present(const Sources& sources, uint32_t stage) {
    uint32_t bits = 0;
#pragma unroll
    for (int q = 0; q < Sources::kRowsOfThread; q++) {
      const uint32_t lanes = __ballot_sync(~0u, sources.bytes[q] != 0) & 0x01010101;
      bits |= (lanes * 0x10204080 >> 28) << 4 * q;  // bits 0, 8, 16 and 24 side by side
    }
    if (lane_ == 0) {
      shared_.present[stage][warp_] = bits;
      shared_.keys_full[stage].arrive();
    }
  }
};

__device__ float exp2_fast(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

// +infinity where nothing was seen.
__device__ float log_sum_exp_of(float highest, float total) {
  return total == 0 ? INFINITY : highest * kLn2 + logf(total);
}

// What sums of values are to be multiplied with: a sink takes part in the softmax without a value.
__device__ float share_of_values(const Decode& decode, int head, float log_sum_exp, float total) {
  if (total == 0) {
    return 0;
  }
  const float sink = decode.sinks == nullptr ? 0 : expf(decode.sinks[head] - log_sum_exp);
  return 1 / (total * (1 + sink));
}

// A factor of 0 stands for a row that saw nothing and whose sums may be anything.
__device__ float2 times(float factor, float2 pair) {
  return factor == 0 ? make_float2(0, 0) : make_float2(pair.x * factor, pair.y * factor);
}

__device__ void store(float* to, float2 pair) { *reinterpret_cast<float2*>(to) = pair; }

__device__ void store(__nv_bfloat16* to, float2 pair) {
  *reinterpret_cast<__nv_bfloat162*>(to) = __float22bfloat162_rn(pair);
}

// One of the two warpgroups that compute; each thread has two rows of the sums.
struct Computer {
  const Decode& decode;
  Shared& shared;
  const int warp = threadIdx.x % kWarpgroup / kWarp;
  const int lane = threadIdx.x % kWarp;
  const int first_row = 16 * warp + lane / 4;
  const int first_column = 2 * (lane % 4);
  uint32_t tiles = 0;

  __device__ Computer(const Decode& d, Shared& s) : decode(d), shared(s) {}

  __device__ int row_of_unit(int second) const {
    return blockIdx.x * kRows + first_row + 8 * second;
  }

  __device__ uint32_t stage() const { return tiles % kStages; }

  __device__ uint32_t parity() const { return tiles / kStages & 1; }

  __device__ Tile keys() const {
    return Tile(uniform(shared_address(shared.keys[stage()])), kPanelBytes, kEightRows);
  }

  // What the values of 16 tokens lie behind the start of their tile.
  __device__ static constexpr int values(int half, int step) {
    return half * kHalfPanels * kPanelBytes + step * kDepth / 8 * kEightRows;
  }

  __device__ void arrive(Barrier& barrier) const {
    if (lane == 0) {
      barrier.arrive();
    }
  }

  __device__ static void multiply(float (&sums)[128], float first, float second) {
    if (__any_sync(~0u, first != 1 || second != 1)) {
#pragma unroll
      for (int i = 0; i < 128; i++) {
        sums[i] *= i % 4 < 2 ? first : second;
      }
    }
  }

  // Writes half of the values of a thread's rows, multiplied.
  __device__ void write(const Piece& piece, const float (&sums)[128], int half, float first,
                        float second) const {
    const Unit unit(decode, piece.unit);
    for (int of = 0; of < 2; of++) {
      const int row = row_of_unit(of);
      if (row >= decode.unit_rows) {
        continue;
      }
      const float factor = of ? second : first;
      const int column = half * kHalfWidth + first_column;
      if (piece.slot >= 0) {
        const int64_t at = int64_t{piece.slot} * decode.unit_rows + row;
        write_row(decode.sums + at * kValueWidth + column, sums, of, factor);
      } else if (decode.float32_out) {
        float* out = static_cast<float*>(decode.out);
        write_row(out + unit.query_row(row) * kValueWidth + column, sums, of, factor);
      } else {
        __nv_bfloat16* out = static_cast<__nv_bfloat16*>(decode.out);
        write_row(out + unit.query_row(row) * kValueWidth + column, sums, of, factor);
      }
    }
  }

  template <typename T>
  __device__ static void write_row(T* to, const float (&sums)[128], int of, float factor) {
#pragma unroll
    for (int j = 0; j < 32; j++) {
      const float2 pair = of ? make_float2(sums[4 * j + 2], sums[4 * j + 3])
                             : make_float2(sums[4 * j], sums[4 * j + 1]);
      store(to + 8 * j, times(factor, pair));
    }
  }
};

// Scores, weights and the first half of the values.
struct ScoreComputer : Computer {
  float sums[128];
  float scores[32];
  float highest[2];
  float total[2];
  uint32_t queries = 0;

  __device__ ScoreComputer(const Decode& d, Shared& s) : Computer(d, s) {}

  __device__ void run(int from, int to) {
    for (int p = from; p < to; p++) {
      const Piece piece = decode.pieces[p];
      highest[0] = highest[1] = -INFINITY;
      total[0] = total[1] = 0;
      if (piece.from < piece.to) {
        attend(piece);
      }
      finish(piece);
    }
    await_signal<2 * kWarpgroup>(kWeightsFree);
  }

  __device__ void attend(const Piece& piece) {
    const Unit unit(decode, piece.unit);
    const int seen[2] = {unit.seen(row_of_unit(0)), unit.seen(row_of_unit(1))};
    shared.query_full.wait(queries++ & 1);
    begin_scores();
    wgmma_wait<0>();
    for (int at = piece.from; at < piece.to; at += kTile) {
      const bool last = at + kTile >= piece.to;
      if (last) {
        arrive(shared.query_free);
      }
      float factor[2];
      uint32_t weights[kTile / kDepth][4];
      scale();
      hide(at, seen);
      weigh(factor);
      round(weights);
      await_signal<2 * kWarpgroup>(kWeightsFree);
      share(factor, weights);
      signal<2 * kWarpgroup>(kWeightsReady);
      multiply(sums, factor[0], factor[1]);
      add_values(weights, at > piece.from);
      Barrier& free = shared.keys_free[stage()];
      tiles++;
      if (!last) {
        // Queued behind the values, so that the tensor cores have work while these are waited for.
        begin_scores();
        wgmma_wait<1>();
        arrive(free);
      }
      wgmma_wait<0>();
      if (last) {
        arrive(free);
      }
    }
  }

  __device__ void begin_scores() {
    const Tile query(uniform(shared_address(shared.query)), kPanelBytes, kEightRows);
    const Tile keys = this->keys();
    shared.keys_full[stage()].wait(parity());
    fence_for_tensor_cores();
    wgmma_fence();
#pragma unroll
    for (int step = 0; step < kPanels * kStepsOfPanel; step++) {
      const int offset = step / kStepsOfPanel * kPanelBytes + step % kStepsOfPanel * kDepth * 2;
      wgmma_64x64(scores, query.from(offset), keys.from(offset), step > 0);
    }
    wgmma_commit();
  }

  __device__ void scale() {
#pragma unroll
    for (int i = 0; i < 32; i++) {
      scores[i] *= decode.scale;
    }
  }

  // Leaves no score where a token is not there or not seen.
  __device__ void hide(int at, const int (&seen)[2]) {
    const uint64_t present = *reinterpret_cast<const uint64_t*>(shared.present[stage()]);
    if (present == ~uint64_t{0} && at + kTile <= seen[0] && at + kTile <= seen[1]) {
      return;
    }
#pragma unroll
    for (int i = 0; i < 32; i++) {
      const int column = i / 4 * 8 + first_column + i % 2;
      const bool there = present >> column & 1;
      if (!there || at + column >= seen[i % 4 / 2]) {
        scores[i] = -INFINITY;
      }
    }
  }

  // Turns scaled scores into weights 2^(score - highest).
  //   factor: how much less the sums so far count, because a score is higher than all before
  __device__ void weigh(float (&factor)[2]) {
#pragma unroll
    for (int of = 0; of < 2; of++) {
      float most = highest[of];
#pragma unroll
      for (int j = 0; j < 8; j++) {
        most = fmaxf(most, fmaxf(scores[4 * j + 2 * of], scores[4 * j + 2 * of + 1]));
      }
      most = fmaxf(most, __shfl_xor_sync(~0u, most, 1));
      most = fmaxf(most, __shfl_xor_sync(~0u, most, 2));
      // Of nothing seen so far, all weights are to be 0 and not the 2^0 of equal infinities.
      const float base = most == -INFINITY ? 0 : most;
      factor[of] = exp2_fast(highest[of] - base);
      highest[of] = most;
      total[of] *= factor[of];
#pragma unroll
      for (int j = 0; j < 8; j++) {
#pragma unroll
        for (int i = 4 * j + 2 * of; i < 4 * j + 2 * of + 2; i++) {
          scores[i] = exp2_fast(scores[i] - base);
          total[of] += scores[i];
        }
      }
    }
  }

  // What the tensor cores take: the sums of scores lie as they want their first operand.
  __device__ void round(uint32_t (&weights)[kTile / kDepth][4]) const {
#pragma unroll
    for (int i = 0; i < 16; i++) {
      const __nv_bfloat162 pair = __floats2bfloat162_rn(scores[2 * i], scores[2 * i + 1]);
      weights[i / 4][i % 4] = reinterpret_cast<const uint32_t&>(pair);
    }
  }

  // Gives weights and factors to the other warpgroup.
  __device__ void share(const float (&factor)[2], const uint32_t (&weights)[kTile / kDepth][4]) {
    char* const row = reinterpret_cast<char*>(shared.weights[first_row]) + 2 * first_column;
#pragma unroll
    for (int j = 0; j < 8; j++) {
      const int place = (j ^ (first_row % 8)) * 16;
      *reinterpret_cast<uint32_t*>(row + place) = weights[j / 2][j % 2 * 2];
      *reinterpret_cast<uint32_t*>(row + kEightRows + place) = weights[j / 2][j % 2 * 2 + 1];
    }
    share(factor);
    fence_for_tensor_cores();
  }

  __device__ void share(const float (&factor)[2]) {
    if (lane % 4 == 0) {
      shared.factors[first_row] = factor[0];
      shared.factors[first_row + 8] = factor[1];
    }
  }

  __device__ void add_values(const uint32_t (&weights)[kTile / kDepth][4], bool accumulate) {
    const Tile tile = keys();
    wgmma_fence();
#pragma unroll
    for (int step = 0; step < kTile / kDepth; step++) {
      wgmma_64x256(sums, weights[step], tile.from(values(0, step)), accumulate || step > 0);
    }
    wgmma_commit();
  }

  // Writes what a piece gave, and lets the other warpgroup do so.
  __device__ void finish(const Piece& piece) {
    float factor[2];
#pragma unroll
    for (int of = 0; of < 2; of++) {
      total[of] += __shfl_xor_sync(~0u, total[of], 1);
      total[of] += __shfl_xor_sync(~0u, total[of], 2);
      factor[of] = last_factor(piece, row_of_unit(of), highest[of], total[of]);
    }
    await_signal<2 * kWarpgroup>(kWeightsFree);
    share(factor);
    signal<2 * kWarpgroup>(kWeightsReady);
    write(piece, sums, 0, factor[0], factor[1]);
  }

  // What remains to be multiplied with; also writes what is known of a row.
  __device__ float last_factor(const Piece& piece, int row, float highest, float total) const {
    if (row >= decode.unit_rows) {
      return 0;
    }
    if (piece.slot >= 0) {
      if (lane % 4 == 0) {
        decode.stats[int64_t{piece.slot} * decode.unit_rows + row] = make_float2(highest, total);
      }
      return 1;
    }
    const Unit unit(decode, piece.unit);
    const float log_sum_exp = log_sum_exp_of(highest, total);
    if (lane % 4 == 0) {
      decode.log_sum_exp[unit.log_sum_exp_at(row)] = log_sum_exp;
    }
    return share_of_values(decode, unit.head(row), log_sum_exp, total);
  }
};

// The second half of the values, with the weights of the other warpgroup.
struct ValueComputer : Computer {
  float sums[128];

  __device__ ValueComputer(const Decode& d, Shared& s) : Computer(d, s) {}

  __device__ void run(int from, int to) {
    signal<2 * kWarpgroup>(kWeightsFree);
    for (int p = from; p < to; p++) {
      const Piece piece = decode.pieces[p];
      for (int at = piece.from; at < piece.to; at += kTile) {
        add(at > piece.from);
      }
      await_signal<2 * kWarpgroup>(kWeightsReady);
      const float first = shared.factors[first_row];
      const float second = shared.factors[first_row + 8];
      signal<2 * kWarpgroup>(kWeightsFree);
      write(piece, sums, 1, first, second);
    }
  }

  __device__ void add(bool accumulate) {
    shared.keys_full[stage()].wait(parity());
    await_signal<2 * kWarpgroup>(kWeightsReady);
    fence_for_tensor_cores();
    multiply(sums, shared.factors[first_row], shared.factors[first_row + 8]);
    const Tile weights(uniform(shared_address(shared.weights)), kPanelBytes, kEightRows);
    const Tile tile = keys();
    wgmma_fence();
#pragma unroll
    for (int step = 0; step < kTile / kDepth; step++) {
      wgmma_64x256(sums, weights.from(step * kDepth * 2), tile.from(values(1, step)),
                   accumulate || step > 0);
    }
    wgmma_commit();
    wgmma_wait<0>();
    arrive(shared.keys_free[stage()]);
    signal<2 * kWarpgroup>(kWeightsFree);
    tiles++;
  }
};

__device__ void begin_barriers(Shared& shared) {
  constexpr int kWarps = kWarpgroup / kWarp;
  for (int stage = 0; stage < kStages; stage++) {
    // Every thread copies, and every warp notes which tokens there are.
    shared.keys_full[stage].init(kWarpgroup + kWarps);
    shared.keys_free[stage].init(2 * kWarps);
  }
  shared.query_full.init(kWarpgroup);
  shared.query_free.init(kWarps);
}

}  // namespace

// Each block does the pieces of part blockIdx.y for 64 rows of their units from 64 * blockIdx.x.
extern "C" __global__ void __launch_bounds__(kThreads, 1)
    latent_decode(const __grid_constant__ Decode decode) {
  extern __shared__ __align__(1024) char memory[];
  Shared& shared = *reinterpret_cast<Shared*>(memory);
  if (threadIdx.x == 0) {
    begin_barriers(shared);
  }
  __syncthreads();
  const int from = decode.part_starts[blockIdx.y];
  const int to = decode.part_starts[blockIdx.y + 1];
  const int warpgroup = threadIdx.x / kWarpgroup;
  if (warpgroup == 0) {
    take_registers<224>();
    ScoreComputer(decode, shared).run(from, to);
  } else if (warpgroup == 1) {
    take_registers<224>();
    ValueComputer(decode, shared).run(from, to);
  } else {
    give_registers<56>();
    Copier(decode, shared).run(from, to);
  }
}

// Joins the pieces of cut units: block (row, cut unit), 4 columns a thread.
extern "C" __global__ void __launch_bounds__(kValueWidth / 4)
    latent_join(const __grid_constant__ Decode decode) {
  const CutUnit cut = decode.cut_units[blockIdx.y];
  const int row = blockIdx.x;
  const int64_t first = int64_t{cut.first_slot} * decode.unit_rows + row;
  float highest = -INFINITY;
  for (int i = 0; i < cut.slots; i++) {
    highest = fmaxf(highest, decode.stats[first + int64_t{i} * decode.unit_rows].x);
  }
  float total = 0;
  float4 sums = make_float4(0, 0, 0, 0);
  for (int i = 0; i < cut.slots && highest > -INFINITY; i++) {
    const int64_t at = first + int64_t{i} * decode.unit_rows;
    const float2 stats = decode.stats[at];
    const float weight = exp2_fast(stats.x - highest);
    const float4 more =
        *reinterpret_cast<const float4*>(decode.sums + at * kValueWidth + 4 * threadIdx.x);
    total += weight * stats.y;
    sums.x += weight * more.x;
    sums.y += weight * more.y;
    sums.z += weight * more.z;
    sums.w += weight * more.w;
  }
  const Unit unit(decode, cut.unit);
  const float log_sum_exp = log_sum_exp_of(highest, total);
  const float factor = share_of_values(decode, unit.head(row), log_sum_exp, total);
  const int64_t to = unit.query_row(row) * kValueWidth + 4 * threadIdx.x;
  const float2 left = times(factor, make_float2(sums.x, sums.y));
  const float2 right = times(factor, make_float2(sums.z, sums.w));
  if (decode.float32_out) {
    store(static_cast<float*>(decode.out) + to, left);
    store(static_cast<float*>(decode.out) + to + 2, right);
  } else {
    store(static_cast<__nv_bfloat16*>(decode.out) + to, left);
    store(static_cast<__nv_bfloat16*>(decode.out) + to + 2, right);
  }
  if (threadIdx.x == 0) {
    decode.log_sum_exp[unit.log_sum_exp_at(row)] = log_sum_exp;
  }
}
