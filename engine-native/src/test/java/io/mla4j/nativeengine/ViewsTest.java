package io.mla4j.nativeengine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ViewsTest extends EngineTestCase {

  @Test
  void viewsShareElements() {
    Tensor x = ENGINE.zeros(DType.FLOAT32, 2, 3);
    x.transpose(0, 1).narrow(0, 1, 1).copyInPlace(ENGINE.full(DType.FLOAT32, 5, 1, 2));
    assertElements(x, 0, 5, 0, 0, 5, 0);
    x.reshape(6).narrow(0, 3, 3).copyInPlace(ENGINE.arange(7, 10));
    assertElements(x, 0, 5, 0, 7, 8, 9);
    x.detach().narrow(0, 0, 1).copyInPlace(ENGINE.full(DType.FLOAT64, 1, 1, 3));
    assertElements(x, 1, 1, 1, 7, 8, 9);
  }

  @Test
  void layoutChangesMoveTheRightElements() {
    Tensor x = ENGINE.arange(0, 24).reshape(2, 3, 4);
    assertElements(x.transpose(0, 2).narrow(0, 1, 1), 1, 13, 5, 17, 9, 21);
    assertElements(x.narrow(2, 3, 1), 3, 7, 11, 15, 19, 23);
    assertElements(x.narrow(-1, -0L, 1).narrow(0, 1, 1), 12, 16, 20);
    assertElements(
        x.narrow(0, 0, 1).narrow(1, 0, 1).expand(2, 2, 4),
        0,
        1,
        2,
        3,
        0,
        1,
        2,
        3,
        0,
        1,
        2,
        3,
        0,
        1,
        2,
        3);
    assertElements(ENGINE.arange(0, 2).expand(3, 2), 0, 1, 0, 1, 0, 1);
    assertShape(x.unsqueeze(-1).squeeze(-1).unsqueeze(0), 1, 2, 3, 4);
    assertSame(x, x.contiguous());
    Tensor moved = x.transpose(1, 2);
    assertNotSame(moved, moved.contiguous());
    assertClose(moved, moved.contiguous(), 0);
  }

  /** Chains of random views, compared with index arithmetic on plain arrays. */
  @Test
  void randomChainsOfViews() {
    Random random = new Random(11);
    for (int chain = 0; chain < 300; chain++) {
      Tensor x = ENGINE.arange(0, 120).reshape(2, 3, 4, 5);
      NdArray oracle = NdArray.of(x);
      for (int step = 0; step < 5; step++) {
        Tensor next = change(x, random);
        oracle = replay(oracle, x, next);
        x = next;
        assertEquals(oracle.shape(), x.shape());
        assertClose(oracle.elements(), x.toDoubles(), 0);
      }
    }
  }

  private String last = "";
  private int first;
  private long second;
  private long third;

  private Tensor change(Tensor x, Random random) {
    int rank = x.shape().rank();
    first = random.nextInt(rank);
    switch (random.nextInt(3)) {
      case 0 -> {
        last = "transpose";
        second = random.nextInt(rank);
        return x.transpose(first, (int) second);
      }
      case 1 -> {
        last = "narrow";
        long extent = x.shape().dim(first);
        second = random.nextLong(extent);
        third = 1 + random.nextLong(extent - second);
        return x.narrow(first, second, third);
      }
      default -> {
        last = "reshape";
        return x.reshape(randomShape(x.shape(), random));
      }
    }
  }

  /** Splits a dimension, joins two, or adds one of extent 1. */
  private static long[] randomShape(Shape shape, Random random) {
    List<Long> extents = new ArrayList<>();
    for (long extent : shape.toArray()) {
      extents.add(extent);
    }
    int at = random.nextInt(extents.size());
    int kind = random.nextInt(3);
    if (kind == 0 && extents.get(at) % 2 == 0) {
      extents.set(at, extents.get(at) / 2);
      extents.add(at, 2L);
    } else if (kind == 1 && at > 0) {
      extents.set(at - 1, extents.get(at - 1) * extents.remove(at));
    } else {
      extents.add(at, 1L);
    }
    return extents.stream().mapToLong(Long::longValue).toArray();
  }

  private NdArray replay(NdArray before, Tensor x, Tensor next) {
    Shape shape = next.shape();
    double[] elements = new double[(int) shape.size()];
    for (int i = 0; i < elements.length; i++) {
      long[] at = NdArray.coordinates(shape, i);
      switch (last) {
        case "transpose" -> {
          long kept = at[first];
          at[first] = at[(int) second];
          at[(int) second] = kept;
          elements[i] = before.at(at);
        }
        case "narrow" -> {
          at[first] += second;
          elements[i] = before.at(at);
        }
        default -> elements[i] = before.elements()[i];
      }
    }
    return new NdArray(elements, shape);
  }

  @Test
  void reshapeIsAViewWherePossible() {
    NativeTensor x = (NativeTensor) ENGINE.arange(0, 24).reshape(2, 3, 4);
    assertTrue(x.sharesMemoryWith((NativeTensor) x.reshape(4, 6)));
    assertTrue(x.sharesMemoryWith((NativeTensor) x.transpose(0, 1).reshape(3, 2, 2, 2)));
    assertTrue(x.sharesMemoryWith((NativeTensor) x.narrow(1, 1, 2).reshape(2, 8)));
    assertTrue(x.sharesMemoryWith((NativeTensor) x.narrow(2, 1, 2).unsqueeze(1)));
    assertFalse(x.sharesMemoryWith((NativeTensor) x.narrow(2, 1, 2).reshape(2, 6)));
    assertFalse(x.sharesMemoryWith((NativeTensor) x.transpose(0, 1).reshape(24)));
    assertShape(ENGINE.zeros(DType.BOOL, 0, 3).reshape(3, 0, 2), 3, 0, 2);
    assertShape(ENGINE.zeros(DType.FLOAT32, 3, 4).narrow(1, 2, 0).reshape(0, 3), 0, 3);
    assertShape(ENGINE.full(DType.FLOAT32, 2, 1, 1).reshape(), new long[0]);
  }

  @Test
  void copyInPlaceOntoItself() {
    Tensor x = ENGINE.arange(0, 6);
    x.narrow(0, 1, 5).copyInPlace(x.narrow(0, 0, 5));
    assertElements(x, 0, 0, 1, 2, 3, 4);
  }

  @Test
  void joining() {
    Tensor a = ENGINE.arange(0, 6).reshape(2, 3);
    Tensor b = ENGINE.arange(10, 14).reshape(2, 2);
    assertElements(ENGINE.concat(List.of(a, b), 1), 0, 1, 2, 10, 11, 3, 4, 5, 12, 13);
    assertElements(
        ENGINE.concat(List.of(a.transpose(0, 1), b), 0), 0, 3, 1, 4, 2, 5, 10, 11, 12, 13);
    assertElements(ENGINE.concat(List.of(a), -1), 0, 1, 2, 3, 4, 5);
    assertShape(ENGINE.concat(List.of(a, a.narrow(0, 0, 0)), 0), 2, 3);
    assertRefused("cannot be joined", () -> ENGINE.concat(List.of(a, b), 0));
    assertRefused("at least one", () -> ENGINE.concat(List.of(), 0));
    assertRefused("INT64 and FLOAT32", () -> ENGINE.concat(List.of(a, a.cast(DType.FLOAT32)), 0));
  }

  @Test
  void indexing() {
    Tensor x = ENGINE.arange(0, 24).reshape(2, 3, 4);
    Tensor picks = ENGINE.ofLongs(new long[] {2, 0, 2}, 3);
    assertElements(x.indexSelect(1, picks).narrow(2, 0, 1), 8, 0, 8, 20, 12, 20);
    assertElements(x.transpose(0, 2).indexSelect(0, picks).narrow(1, 0, 1), 2, 14, 0, 12, 2, 14);
    Tensor which = ENGINE.ofLongs(new long[] {3, 1, 0, 2}, 2, 2, 1);
    assertElements(x.gather(2, which), 3, 5, 12, 18);
    assertElements(x.transpose(1, 2).gather(1, which.reshape(2, 1, 2)), 3, 5, 12, 18);
    Tensor several = ENGINE.ofLongs(new long[] {1, 1, 0, 0, 1, 0, 0, 1}, 2, 1, 4);
    assertElements(x.gather(0, several), 12, 13, 2, 3, 12, 1, 2, 15);
    assertRefused("The index 3 lies outside", () -> x.indexSelect(1, ENGINE.arange(3, 4)));
    assertRefused("The index -1 lies outside", () -> x.gather(2, which.sub(which).add(-1)));
    assertRefused("INT64 indices", () -> x.gather(2, picks));
    assertRefused("rank 1", () -> x.indexSelect(0, which));
  }

  @Test
  void badViewsAreRefused() {
    Tensor x = ENGINE.zeros(DType.FLOAT32, 2, 3);
    assertRefused("Positions 1 to 4", () -> x.narrow(1, 1, 3));
    assertRefused("do not lie", () -> x.narrow(1, -1, 1));
    assertRefused("do not lie", () -> x.narrow(1, Long.MAX_VALUE, 1));
    assertRefused("cannot be expanded", () -> x.expand(4, 3));
    assertRefused("cannot be expanded", () -> x.expand(3));
    assertRefused("cannot be reshaped", () -> x.reshape(4));
    assertRefused("does not exist", () -> x.transpose(0, 2));
    assertRefused(
        "expanded tensor cannot be written", () -> x.narrow(0, 0, 1).expand(2, 3).copyInPlace(x));
    assertRefused("cannot be copied", () -> x.copyInPlace(ENGINE.zeros(DType.FLOAT32, 3, 2)));
  }
}
