package io.mla4j.kernels;

import io.mla4j.kernels.attention.FlashAttention;
import io.mla4j.kernels.body.Visibility;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.Heads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * Attention over tokens one of which holds NaN or infinity, in every way that a token can be
 * hidden.
 */
final class HiddenTokens {

  private static final int KEYS = 140;
  private static final int WIDTH = 20;
  private static final int VALUE_WIDTH = 19;
  private static final float SCALE = 0.2f;

  private record Padding(String name, IntPredicate hides) {}

  private static final Padding NO_PADDING = new Padding("no padding", key -> false);

  private static final List<Padding> PADDINGS =
      List.of(
          NO_PADDING,
          new Padding("padding in front", key -> key < 17),
          new Padding("padding behind", key -> key >= KEYS - 12),
          new Padding("every third padding", key -> key % 3 == 2));

  /** How a call divides and hides its tokens; one batch entry. */
  record Masked(
      int queries,
      int keys,
      int heads,
      int keyHeads,
      boolean causal,
      int window,
      Padding padding,
      int[] starts) {

    Masked with(int otherQueries, Padding other) {
      return new Masked(otherQueries, keys, heads, keyHeads, causal, window, other, starts);
    }

    Masked packed(int... others) {
      return new Masked(keys, keys, heads, keyHeads, causal, window, padding, others);
    }

    /** Whether a query sees a key, as the definition has it. */
    boolean sees(int query, int key) {
      int distance = keys - queries + query - key;
      boolean inWindow = window == 0 || Math.abs(distance) < window;
      boolean sameSequence = sequence(keys - queries + query) == sequence(key);
      boolean ordered = !causal || distance >= 0;
      return ordered && inWindow && sameSequence && !padding.hides.test(key);
    }

    private int sequence(int token) {
      int sequence = 0;
      while (sequence + 1 < starts.length && starts[sequence + 1] <= token) {
        sequence++;
      }
      return sequence;
    }

    boolean isPacked() {
      return starts.length > 0;
    }

    @Override
    public String toString() {
      return "%d queries of %d heads over %d keys of %d, causal %s, window %d, %s, starts %s"
          .formatted(
              queries,
              heads,
              keys,
              keyHeads,
              causal,
              window,
              padding.name,
              Arrays.toString(starts));
    }
  }

  private final FlashAttention attention;

  HiddenTokens(FlashAttention attention) {
    this.attention = attention;
  }

  static List<Masked> grid() {
    List<Masked> grid = new ArrayList<>();
    for (int[] heads : new int[][] {{1, 1}, {6, 2}}) {
      for (boolean causal : new boolean[] {false, true}) {
        for (int window : new int[] {0, 9}) {
          Masked one =
              new Masked(0, KEYS, heads[0], heads[1], causal, window, NO_PADDING, new int[0]);
          for (int queries : new int[] {1, 2, 40}) {
            PADDINGS.forEach(padding -> grid.add(one.with(queries, padding)));
          }
          grid.add(one.packed(0, 2, 3, 70, 71, KEYS));
        }
      }
    }
    return grid;
  }

  /** Memory of one call. */
  private record Call(Masked masked, Heads query, Heads key, Heads value) {

    static Call of(Masked masked) {
      Samples samples = new Samples(masked.queries);
      return new Call(
          masked,
          heads(samples, masked.queries, masked.heads, WIDTH),
          heads(samples, masked.keys, masked.keyHeads, WIDTH),
          heads(samples, masked.keys, masked.keyHeads, VALUE_WIDTH));
    }

    void set(int token, float keyElement, float valueElement) {
      fill(key, token, keyElement);
      fill(value, token, valueElement);
    }
  }

  void check(Masked masked) {
    Call call = Call.of(masked);
    for (int token : new int[] {0, 2, 17, 70, 128, masked.keys - 2, masked.keys - 1}) {
      check(call, token, false);
      if (attention.runsInParts()) {
        check(call, token, true);
      }
    }
  }

  private void check(Call call, int token, boolean inParts) {
    Masked masked = call.masked;
    call.set(token, 0, 0);
    MemorySegment clean = attend(call, inParts);
    for (Poison poison : Poison.values()) {
      call.set(
          token, poison.isInKey() ? poison.element() : 0, poison.isInKey() ? 0 : poison.element());
      MemorySegment is = attend(call, inParts);
      for (int t = 0; t < masked.queries; t++) {
        for (int h = 0; h < masked.heads; h++) {
          int query = t;
          int head = h;
          Supplier<String> what =
              () -> "token %d, %s, query %d, head %d".formatted(token, masked, query, head);
          poison.check(
              masked.sees(t, token), row(masked, clean, t, h), row(masked, is, t, h), what);
        }
      }
    }
    call.set(token, 0, 0);
  }

  private static float[] row(Masked masked, MemorySegment out, int t, int h) {
    float[] row = new float[VALUE_WIDTH];
    long at = ((long) t * masked.heads + h) * VALUE_WIDTH;
    MemorySegment.copy(out, ValueLayout.JAVA_FLOAT, at * Float.BYTES, row, 0, row.length);
    return row;
  }

  private MemorySegment attend(Call call, boolean inParts) {
    Masked masked = call.masked;
    MemorySegment out = Samples.empty((long) masked.queries * masked.heads * VALUE_WIDTH);
    Heads to = Heads.contiguous(out, 0, 1, masked.queries, masked.heads, VALUE_WIDTH);
    Visibility visibility =
        new Visibility(
            masked.causal, masked.window, masked.isPacked() ? Optional.empty() : mask(masked));
    if (inParts) {
      attendInParts(call, visibility, to);
    } else if (masked.isPacked()) {
      attention.attendPacked(
          call.query, call.key, call.value, masked.starts, visibility, SCALE, to);
    } else {
      attention.attend(call.query, call.key, call.value, visibility, SCALE, to);
    }
    return out;
  }

  private void attendInParts(Call call, Visibility visibility, Heads to) {
    int first = WIDTH - 7;
    Heads query = columns(call.query, 0, first);
    Heads rotaryQuery = columns(call.query, first, WIDTH - first);
    Heads key = columns(call.key, 0, first);
    Heads rotaryKey = columns(call.key, first, WIDTH - first);
    if (call.masked.isPacked()) {
      int[] starts = call.masked.starts;
      attention.attendPackedInParts(
          query, key, rotaryQuery, rotaryKey, call.value, starts, visibility, SCALE, to);
    } else {
      attention.attendInParts(
          query, key, rotaryQuery, rotaryKey, call.value, visibility, SCALE, to);
    }
  }

  private static Optional<MemorySegment> mask(Masked masked) {
    MemorySegment mask = Arena.ofAuto().allocate(masked.keys);
    boolean any = false;
    for (int key = 0; key < masked.keys; key++) {
      boolean hidden = masked.padding.hides.test(key);
      any |= hidden;
      mask.set(ValueLayout.JAVA_BYTE, key, (byte) (hidden ? 0 : 1));
    }
    return any ? Optional.of(mask) : Optional.empty();
  }

  private static Heads heads(Samples samples, int tokens, int heads, int width) {
    MemorySegment memory = samples.gaussian((long) tokens * heads * width);
    return Heads.contiguous(memory, 0, 1, tokens, heads, width);
  }

  private static Heads columns(Heads all, long first, long count) {
    return new Heads(
        all.memory(),
        all.offset() + first,
        1,
        all.tokens(),
        all.heads(),
        count,
        all.batchStride(),
        all.tokenStride(),
        all.headStride());
  }

  private static void fill(Heads heads, int token, float element) {
    for (int h = 0; h < heads.heads(); h++) {
      Floats.fill(heads.memory(), heads.index(0, token, h), heads.width(), element);
    }
  }
}
