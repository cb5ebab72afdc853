package io.refkeeper.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on standard error, if that is a terminal; otherwise nothing. */
final class ProgressDisplay implements AutoCloseable {

  private final ProgressBar bar;

  private ProgressDisplay(ProgressBar bar) {
    this.bar = bar;
  }

  /**
   * @param task what is done, such as the file's name
   * @param total how many rows or bytes; -1 when unknown
   * @param unit such as {@code " rows"}
   */
  static ProgressDisplay start(String task, long total, String unit) {
    // Java 17 knows a console only when standard input and output are both terminals
    return new ProgressDisplay(
        System.console() == null
            ? null
            : new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setUnit(unit, 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setMaxRenderedLength(79)
                .build());
  }

  /** How far the task has got. */
  void reached(long done, long total) {
    if (bar != null) {
      bar.maxHint(total);
      bar.stepTo(Math.min(done, total));
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
