package io.refkeeper.cli;

import io.refkeeper.notification.PlainText;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on standard error, if that is a terminal; otherwise nothing. */
final class ProgressDisplay implements AutoCloseable {

  private static final int NAME_WIDTH = 20;

  private final ProgressBar bar;

  private ProgressDisplay(ProgressBar bar) {
    this.bar = bar;
  }

  /**
   * @param file its name is shortened, so that the bar has room
   * @param width columns of the terminal
   */
  static ProgressDisplay start(String file, int width) {
    // Java 17 knows a console only when standard input and output are both terminals
    return new ProgressDisplay(
        System.console() == null
            ? null
            : new ProgressBarBuilder()
                .setTaskName(shortened(file))
                .setInitialMax(-1)
                .setUnit(" MiB", 1 << 20)
                .setStyle(ProgressBarStyle.ASCII)
                .setMaxRenderedLength(width - 1)
                .build());
  }

  static String shortened(String file) {
    return PlainText.oneLine(file, NAME_WIDTH);
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
