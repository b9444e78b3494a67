package io.mla4j.nativeengine;

import io.mla4j.kernels.memory.Bf16;
import io.mla4j.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads and writes single elements of a type. Indices count elements. */
enum ElementType {
  FLOAT64 {
    @Override
    double get(MemorySegment memory, long index) {
      return memory.getAtIndex(ValueLayout.JAVA_DOUBLE, index);
    }

    @Override
    void set(MemorySegment memory, long index, double value) {
      memory.setAtIndex(ValueLayout.JAVA_DOUBLE, index, value);
    }
  },
  FLOAT32 {
    @Override
    double get(MemorySegment memory, long index) {
      return memory.getAtIndex(ValueLayout.JAVA_FLOAT, index);
    }

    @Override
    void set(MemorySegment memory, long index, double value) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) value);
    }
  },
  BF16 {
    @Override
    double get(MemorySegment memory, long index) {
      return Bf16.toFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, index));
    }

    @Override
    void set(MemorySegment memory, long index, double value) {
      memory.setAtIndex(ValueLayout.JAVA_SHORT, index, Bf16.of((float) value));
    }
  },
  FLOAT16 {
    @Override
    double get(MemorySegment memory, long index) {
      return Float.float16ToFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, index));
    }

    @Override
    void set(MemorySegment memory, long index, double value) {
      memory.setAtIndex(ValueLayout.JAVA_SHORT, index, Float.floatToFloat16((float) value));
    }
  },
  INT8 {
    @Override
    long getLong(MemorySegment memory, long index) {
      return memory.get(ValueLayout.JAVA_BYTE, index);
    }

    @Override
    void setLong(MemorySegment memory, long index, long value) {
      memory.set(ValueLayout.JAVA_BYTE, index, (byte) value);
    }
  },
  INT32 {
    @Override
    long getLong(MemorySegment memory, long index) {
      return memory.getAtIndex(ValueLayout.JAVA_INT, index);
    }

    @Override
    void setLong(MemorySegment memory, long index, long value) {
      memory.setAtIndex(ValueLayout.JAVA_INT, index, (int) value);
    }
  },
  INT64 {
    @Override
    long getLong(MemorySegment memory, long index) {
      return memory.getAtIndex(ValueLayout.JAVA_LONG, index);
    }

    @Override
    void setLong(MemorySegment memory, long index, long value) {
      memory.setAtIndex(ValueLayout.JAVA_LONG, index, value);
    }
  },
  BOOL {
    @Override
    long getLong(MemorySegment memory, long index) {
      return memory.get(ValueLayout.JAVA_BYTE, index) == 0 ? 0 : 1;
    }

    @Override
    void setLong(MemorySegment memory, long index, long value) {
      memory.set(ValueLayout.JAVA_BYTE, index, (byte) (value == 0 ? 0 : 1));
    }

    @Override
    void set(MemorySegment memory, long index, double value) {
      setLong(memory, index, value == 0 ? 0 : 1); // 0.5 is true
    }
  };

  // Floating types define the double pair, whole ones the long pair; each serves the other.

  double get(MemorySegment memory, long index) {
    return getLong(memory, index);
  }

  void set(MemorySegment memory, long index, double value) {
    setLong(memory, index, (long) value);
  }

  long getLong(MemorySegment memory, long index) {
    return (long) get(memory, index);
  }

  void setLong(MemorySegment memory, long index, long value) {
    set(memory, index, (double) value);
  }

  boolean isFloating() {
    return this == FLOAT64 || this == FLOAT32 || this == BF16 || this == FLOAT16;
  }

  static ElementType of(DType dtype) {
    return switch (dtype) {
      case FLOAT64 -> FLOAT64;
      case FLOAT32 -> FLOAT32;
      case BF16 -> BF16;
      case FLOAT16 -> FLOAT16;
      case INT8 -> INT8;
      case INT32 -> INT32;
      case INT64 -> INT64;
      case BOOL -> BOOL;
    };
  }
}
