package io.mla4j.tensor;

/**
 * Where a tensor's elements lie.
 *
 * @param kind the sort of device
 * @param index which one of that sort, from 0
 */
public record Device(Kind kind, int index) {

  /** Sorts of device. */
  public enum Kind {
    CPU,
    CUDA
  }

  public static final Device CPU = new Device(Kind.CPU, 0);

  public Device {
    if (index < 0) {
      throw new IllegalArgumentException("A device's index is 0 or more, not " + index + ".");
    }
  }

  public static Device cuda(int index) {
    return new Device(Kind.CUDA, index);
  }

  /** Reads {@code cpu}, {@code cuda} or {@code cuda:1}. */
  public static Device parse(String text) {
    if (text.equals("cpu")) {
      return CPU;
    }
    if (text.equals("cuda")) {
      return cuda(0);
    }
    if (text.matches("cuda:\\d{1,3}")) {
      return cuda(Integer.parseInt(text.substring(5)));
    }
    throw new IllegalArgumentException(
        "The device '" + text + "' is not known; use cpu, cuda or cuda:N.");
  }

  @Override
  public String toString() {
    return kind == Kind.CPU ? "cpu" : "cuda:" + index;
  }
}
