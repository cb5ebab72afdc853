package io.refkeeper.benchmark;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;

/** The most heap that this process has used since the last reset; includes garbage. */
final class HeapPeak {

  private final List<MemoryPoolMXBean> pools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .toList();

  void reset() {
    System.gc();
    pools.forEach(MemoryPoolMXBean::resetPeakUsage);
  }

  /** The sum of the pools' peaks, which need not have been at one moment: an upper bound. */
  long megabytes() {
    long bytes = pools.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
    return (bytes + (1 << 20) - 1) >> 20;
  }
}
