package io.mla4j.cli.doctor;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;

/**
 * Memory, in bytes.
 *
 * @param physicalBytes of the machine or, if that is less, the container; absent if unknown
 * @param freeBytes of those
 * @param heapBytes most the Java heap can have; tensors lie outside it
 */
record Memory(OptionalLong physicalBytes, OptionalLong freeBytes, long heapBytes) {

  static Memory look() {
    long heap = Runtime.getRuntime().maxMemory();
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? new Memory(
            OptionalLong.of(system.getTotalMemorySize()),
            OptionalLong.of(system.getFreeMemorySize()),
            heap)
        : new Memory(OptionalLong.empty(), OptionalLong.empty(), heap);
  }
}
