package io.mla4j.kernels.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.scalar.ScalarKernels;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScratchTest {

  @Test
  void whatComesBackIsLentAgain() {
    try (Scratch scratch = new Scratch()) {
      MemorySegment first;
      try (Scratch.Loan loan = scratch.borrow(100)) {
        first = loan.memory();
        assertEquals(0, first.address() % 64);
      }
      try (Scratch.Loan loan = scratch.borrow(200)) {
        assertEquals(first, loan.memory());
      }
    }
  }

  @Test
  void aPieceThatIsTooSmallIsFreedAtOnce() {
    try (Scratch scratch = new Scratch()) {
      MemorySegment small;
      try (Scratch.Loan loan = scratch.borrow(1)) {
        small = loan.memory();
      }
      try (Scratch.Loan loan = scratch.borrow(1 << 20)) {
        assertTrue(loan.memory().byteSize() >= 4 << 20);
        assertFalse(small.scope().isAlive());
      }
    }
  }

  @Test
  void aLoanIsReturnedOnce() {
    try (Scratch scratch = new Scratch()) {
      Scratch.Loan loan = scratch.borrow(1);
      loan.close();
      loan.close();
      assertEquals(1, scratch.idlePieces());
    }
  }

  @Test
  void moreThanAnyMachineHasIsRefused() {
    try (Scratch scratch = new Scratch()) {
      assertThrows(IllegalArgumentException.class, () -> scratch.borrow(1L << 60));
      assertThrows(IllegalArgumentException.class, () -> scratch.borrow(Long.MAX_VALUE));
    }
  }

  @Test
  void closingFreesWhatIsIdleAndTheRestAsItComesBack() {
    Scratch scratch = new Scratch();
    Scratch.Loan out = scratch.borrow(1 << 20);
    MemorySegment idle;
    try (Scratch.Loan other = scratch.borrow(1)) {
      idle = other.memory();
    }
    scratch.close();
    assertFalse(idle.scope().isAlive());
    assertTrue(out.memory().scope().isAlive());
    out.close();
    assertFalse(out.memory().scope().isAlive());
    assertEquals(0, scratch.idlePieces());
  }

  @Test
  void closedKernelsHoldNoThreadAndNoMemory() {
    ScalarKernels bodies = new ScalarKernels();
    Kernels kernels = new Kernels(bodies, 3);
    multiply(kernels);
    assertTrue(bodies.scratch().idlePieces() > 0);
    kernels.close();
    assertEquals(0, bodies.scratch().idlePieces());
    multiply(kernels);
    assertEquals(0, bodies.scratch().idlePieces());
  }

  private static void multiply(Kernels kernels) {
    Matrix square = Matrix.rowMajor(MemorySegment.ofArray(new float[128 * 128]), 128, 128);
    Matrix out = Matrix.rowMajor(MemorySegment.ofArray(new float[128 * 128]), 128, 128);
    kernels.products().multiply(square, square, Optional.empty(), out);
  }
}
