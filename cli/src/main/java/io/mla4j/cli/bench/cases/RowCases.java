package io.mla4j.cli.bench.cases;

import io.mla4j.kernels.row.Rows;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;

/** Functions of the rows of a matrix that no cache holds. */
final class RowCases implements KernelCases {

  private static final float EPSILON = 1e-6f;

  // With 30 MiB, operand and result are more than the last-level cache holds, and the result is
  // less than what malloc hands back to the system: libtorch, which allocates it anew each time,
  // would else be timed with the page faults.
  private static final int ROWS = 1920;
  private static final int WIDTH = 4096;

  /** The operands and the result of a function of rows. */
  private record Operands(
      MemorySegment x,
      MemorySegment weight,
      MemorySegment bias,
      MemorySegment out,
      long rows,
      int width) {

    static Operands of(Workbench bench, Arena memory, long rows, int width) {
      return new Operands(
          bench.floats(memory, rows * width),
          bench.floats(memory, width),
          bench.floats(memory, width),
          bench.zeros(memory, rows * width),
          rows,
          width);
    }
  }

  /** One function of rows, by our kernel. */
  private interface Ours {
    void run(Rows rows, Operands given);
  }

  /** The same by libtorch. */
  private interface Theirs {
    Tensor run(Engine torch, Tensor x, Tensor weight, Tensor bias);
  }

  @Override
  public List<KernelCase> cases(Workbench bench) {
    String inC = bench.kernels().isNative() ? KernelCase.C : KernelCase.JAVA;
    return List.of(
        function(
            bench,
            "softmax",
            inC,
            (rows, g) -> rows.softmax(g.x(), 0, g.out(), g.rows(), g.width()),
            (torch, x, weight, bias) -> torch.softmax(x)),
        function(
            bench,
            "rms-norm",
            inC,
            (rows, g) -> rows.rmsNorm(g.x(), 0, g.weight(), EPSILON, g.out(), g.rows(), g.width()),
            (torch, x, weight, bias) -> torch.rmsNorm(x, weight, EPSILON)),
        function(
            bench,
            "layer-norm",
            inC,
            (rows, g) ->
                rows.layerNorm(
                    g.x(), 0, g.weight(), g.bias(), EPSILON, g.out(), g.rows(), g.width()),
            (torch, x, weight, bias) -> torch.layerNorm(x, weight, bias, EPSILON)));
  }

  private static KernelCase function(
      Workbench bench, String name, String twin, Ours ours, Theirs theirs) {
    int rows = bench.quick() ? 16 : ROWS;
    int width = bench.quick() ? 64 : WIDTH;
    return new KernelCase(
        name,
        rows + "x" + width,
        twin,
        Load.moving(2.0 * Float.BYTES * rows * width),
        memory -> {
          Operands given = Operands.of(bench, memory, rows, width);
          return new Work(
              () -> ours.run(bench.kernels().rows(), given),
              bench.torchPeer(torch -> peer(torch, given, theirs)));
        });
  }

  private static Supplier<Tensor> peer(Engine torch, Operands given, Theirs theirs) {
    Tensor x = torch.ofBytes(given.x(), DType.FLOAT32, given.rows(), given.width());
    Tensor weight = torch.ofBytes(given.weight(), DType.FLOAT32, given.width());
    Tensor bias = torch.ofBytes(given.bias(), DType.FLOAT32, given.width());
    return () -> theirs.run(torch, x, weight, bias);
  }
}
