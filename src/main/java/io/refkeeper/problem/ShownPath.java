package io.refkeeper.problem;

import java.nio.file.Path;

/** Paths as people would type them where they are. */
public final class ShownPath {

  private ShownPath() {}

  /** The path from the current folder when it lies in there, from the root otherwise. */
  public static Path of(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = path.toAbsolutePath().normalize();
    boolean inside = absolute.startsWith(here) && !absolute.equals(here);
    return inside ? here.relativize(absolute) : absolute;
  }
}
