package io.refkeeper.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that does nothing but hold others together. */
abstract class CommandGroup implements Runnable {

  @ParentCommand private Refkeeper refkeeper;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  Refkeeper refkeeper() {
    return refkeeper;
  }
}
