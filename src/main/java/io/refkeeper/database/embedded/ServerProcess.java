package io.refkeeper.database.embedded;

/** A database server's process on this machine, that outlives the Java process which started it. */
interface ServerProcess {

  /** What people call it, in messages. */
  String name();

  /** Whether it runs and answers; waits while it is starting up or going down. */
  boolean isRunning();

  /** Creates its data if there are none, starts it, and returns when it answers. */
  void start();

  /** Stops it cleanly, and returns when it is gone. */
  void stop();
}
