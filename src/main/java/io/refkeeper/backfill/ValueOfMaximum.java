package io.refkeeper.backfill;

import java.util.Comparator;

/**
 * {@code max_by}: the value in the row whose order column is largest; of equals, the first. Rows
 * without an order value come last, so that with none at all the first value wins.
 */
final class ValueOfMaximum implements Aggregator {

  private final int position;
  private final int orderPosition;
  private final Comparator<String> order;
  private boolean seen;
  private String bestOrder;
  private String best;

  ValueOfMaximum(int position, int orderPosition, Comparator<String> order) {
    this.position = position;
    this.orderPosition = orderPosition;
    this.order = order;
  }

  @Override
  public void add(String[] values) {
    if (values[position] != null) {
      see(values[position], values[orderPosition]);
    }
  }

  private void see(String value, String rank) {
    boolean higher = rank != null && (bestOrder == null || order.compare(rank, bestOrder) > 0);
    if (!seen || higher) {
      seen = true;
      best = value;
      bestOrder = rank;
    }
  }

  @Override
  public String result() {
    return best;
  }

  @Override
  public void merge(Aggregator later) {
    ValueOfMaximum other = (ValueOfMaximum) later;
    if (other.seen) {
      see(other.best, other.bestOrder);
    }
  }
}
