package io.refkeeper.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version of the jar; "development" when run from classes. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"refkeeper " + Objects.requireNonNullElse(version, "development")};
  }
}
