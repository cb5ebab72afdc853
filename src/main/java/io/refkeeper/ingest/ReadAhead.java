package io.refkeeper.ingest;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

/**
 * Items that a thread of their own makes ahead of the one that takes them. The queue is bounded.
 * Close it, else the thread stays.
 */
final class ReadAhead<T> implements Iterator<T>, AutoCloseable {

  private final BlockingQueue<Message<T>> queue;
  private final Thread thread;
  private Message<T> next;

  /** An item, the end (neither), or the failure that ended the making. */
  private record Message<T>(T item, Throwable failure) {}

  /**
   * Begins.
   *
   * @param ahead how many items wait at most
   * @param items makes the next item each time; null: there is none any more
   * @param atEnd what that thread does last, whatever ended it
   */
  ReadAhead(String name, int ahead, Supplier<T> items, Runnable atEnd) {
    this.queue = new ArrayBlockingQueue<>(ahead);
    this.thread = new Thread(() -> makeAll(items, atEnd), name);
    this.thread.setDaemon(true);
    this.thread.start();
  }

  private void makeAll(Supplier<T> items, Runnable atEnd) {
    Message<T> message;
    do {
      message = make(items);
    } while (hand(message) && message.item() != null);
    atEnd.run();
  }

  private Message<T> make(Supplier<T> items) {
    try {
      return new Message<>(items.get(), null);
    } catch (RuntimeException | Error e) {
      return new Message<>(null, e);
    }
  }

  /** False when nobody wants it any more. */
  private boolean hand(Message<T> message) {
    try {
      queue.put(message);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      try {
        next = queue.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("The load was interrupted", e);
      }
    }
    Throwable failed = next.failure();
    if (failed != null) {
      // told once: the splitter asks again while it clears up, and would log it
      next = new Message<>(null, null);
    }
    if (failed instanceof RuntimeException failure) {
      throw failure;
    }
    if (failed instanceof Error error) {
      throw error;
    }
    return next.item() != null;
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    T item = next.item();
    next = null;
    return item;
  }

  @Override
  public void close() {
    thread.interrupt();
    queue.clear();
  }
}
