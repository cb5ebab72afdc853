package io.refkeeper.problem;

import java.nio.file.Path;

/** Paths as people would type them where they are. */
public final class ShownPath {

  private ShownPath() {}

  /** The path from the current folder where that is shorter, from the root otherwise. */
  public static Path of(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = path.toAbsolutePath().normalize();
    Path relative = here.relativize(absolute);
    boolean shorter = relative.toString().length() < absolute.toString().length();
    return shorter && !absolute.equals(here) ? relative : absolute;
  }
}
