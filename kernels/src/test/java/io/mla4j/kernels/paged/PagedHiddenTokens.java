package io.mla4j.kernels.paged;

import io.mla4j.kernels.Poison;
import io.mla4j.kernels.memory.Bf16;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Attention over a paged cache one token of which holds NaN or infinity. */
final class PagedHiddenTokens {

  private static final int WIDTH = 20;
  private static final int VALUE_WIDTH = 19;
  private static final int BLOCK_TOKENS = 16;

  /** What the cache holds: more than the one sequence has. */
  private static final int ROOM = 208;

  /** One sequence of so many tokens, the queries at its end. */
  record Masked(
      int queries,
      int tokens,
      int heads,
      int keyHeads,
      boolean causal,
      int window,
      ElementType type) {

    /** Whether a query sees a token, as the definition has it. */
    boolean sees(int query, int token) {
      int distance = tokens - queries + query - token;
      boolean inWindow = window == 0 || Math.abs(distance) < window;
      return token < tokens && (!causal || distance >= 0) && inWindow;
    }
  }

  private final PagedAttention attention;

  PagedHiddenTokens(PagedAttention attention) {
    this.attention = attention;
  }

  static List<Masked> grid() {
    List<Masked> grid = new ArrayList<>();
    for (ElementType type : ElementType.values()) {
      for (int queries : new int[] {1, 2, 3, 5, 17}) {
        for (int[] heads : new int[][] {{1, 1}, {4, 2}, {6, 2}}) {
          for (int window : new int[] {0, 9}) {
            grid.add(new Masked(queries, 200, heads[0], heads[1], true, window, type));
            grid.add(new Masked(queries, 200, heads[0], heads[1], false, window, type));
          }
          grid.add(new Masked(queries, 3, heads[0], heads[1], true, 0, type));
        }
      }
    }
    return grid;
  }

  /** Memory of one call. */
  private record Call(
      Masked masked, MemorySegment queries, MemorySegment keys, MemorySegment values) {

    static Call of(Masked masked) {
      Random random = new Random(masked.queries);
      int tokens = ROOM * masked.keyHeads;
      MemorySegment queries = bytes((long) masked.queries * masked.heads * WIDTH * Float.BYTES);
      for (int i = 0; i < masked.queries * masked.heads * WIDTH; i++) {
        Floats.set(queries, i, (float) random.nextGaussian());
      }
      return new Call(
          masked,
          queries,
          pool(masked.type, tokens * WIDTH, random),
          pool(masked.type, tokens * VALUE_WIDTH, random));
    }

    void set(int token, float keyElement, float valueElement) {
      fill(keys, token, masked.keyHeads * WIDTH, keyElement);
      fill(values, token, masked.keyHeads * VALUE_WIDTH, valueElement);
    }

    private void fill(MemorySegment pool, int token, int width, float element) {
      for (int i = token * width; i < (token + 1) * width; i++) {
        PagedHiddenTokens.set(masked.type, pool, i, element);
      }
    }
  }

  void check(Masked masked) {
    Call call = Call.of(masked);
    for (int token : new int[] {0, 2, 63, 64, 129, 197, 198, 199, 200}) {
      check(call, token);
    }
  }

  private void check(Call call, int token) {
    Masked masked = call.masked;
    call.set(token, 0, 0);
    MemorySegment clean = attend(call);
    for (Poison poison : Poison.values()) {
      call.set(
          token, poison.isInKey() ? poison.element() : 0, poison.isInKey() ? 0 : poison.element());
      MemorySegment is = attend(call);
      for (int t = 0; t < masked.queries; t++) {
        for (int h = 0; h < masked.heads; h++) {
          int query = t;
          int head = h;
          Supplier<String> what =
              () -> "token %d, %s, query %d, head %d".formatted(token, masked, query, head);
          long row = (long) t * masked.heads + h;
          poison.check(masked.sees(t, token), row(clean, row), row(is, row), what);
        }
      }
    }
    call.set(token, 0, 0);
  }

  private static float[] row(MemorySegment out, long row) {
    float[] elements = new float[VALUE_WIDTH];
    long at = row * VALUE_WIDTH * Float.BYTES;
    MemorySegment.copy(out, ValueLayout.JAVA_FLOAT, at, elements, 0, VALUE_WIDTH);
    return elements;
  }

  private MemorySegment attend(Call call) {
    Masked masked = call.masked;
    int[] table = new int[ROOM / BLOCK_TOKENS];
    for (int i = 0; i < table.length; i++) {
      table[i] = i;
    }
    PagedShape shape =
        new PagedShape(1, masked.queries, masked.heads, masked.keyHeads, WIDTH, VALUE_WIDTH);
    MemorySegment out = bytes((long) masked.queries * masked.heads * VALUE_WIDTH * Float.BYTES);
    attention.attend(
        attention.plan(shape, new int[] {masked.tokens}, masked.causal, masked.window),
        call.queries,
        new KeyValuePool(call.keys, call.values, masked.type, table.length, BLOCK_TOKENS),
        new int[][] {table},
        0.2f,
        PagedResult.of(out));
    return out;
  }

  private static MemorySegment pool(ElementType type, int elements, Random random) {
    MemorySegment pool = bytes((long) elements * type.bytes());
    for (int i = 0; i < elements; i++) {
      set(type, pool, i, (float) random.nextGaussian());
    }
    return pool;
  }

  private static void set(ElementType type, MemorySegment pool, int index, float x) {
    switch (type) {
      case FLOAT32 -> Floats.set(pool, index, x);
      case BF16 -> pool.setAtIndex(ValueLayout.JAVA_SHORT, index, Bf16.of(x));
    }
  }

  private static MemorySegment bytes(long count) {
    return Arena.ofAuto().allocate(count, 64);
  }
}
