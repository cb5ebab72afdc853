package io.refkeeper.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.refkeeper.config.ReferenceSource.SourceConfig;
import io.refkeeper.http.RetryAfter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;

/**
 * One table's way through the pages of an HTTP API: every page is bounded, comes from the same
 * server, and is no page that was there before. Used by one thread.
 */
public final class HttpPages implements AutoCloseable {

  private static final int MOST_COLUMNS = 10_000;
  private static final Set<Integer> TRY_AGAIN = Set.of(408, 429, 500, 502, 503, 504);

  private final SourceConfig config;
  private final SyncSettings.Http settings;
  private final String knownTag;
  private final HttpProblems problems;
  private final CloseableHttpClient client;
  private final RecordSpool spool;

  private final URI first;
  private final Map<URI, Integer> pageOf = new HashMap<>();
  private final Map<String, Integer> pageOfContent = new HashMap<>();
  private final Set<String> columns = new LinkedHashSet<>();
  private URI next;
  private int page = 1;
  private int failures;
  private long pauseMillis;
  private String tag;
  private boolean unchanged;

  /**
   * @param knownTag the ETag of the answer that was synced last; null: fetch it in any case
   */
  HttpPages(
      SourceConfig config,
      SyncSettings.Http settings,
      String knownTag,
      HttpProblems problems,
      CloseableHttpClient client)
      throws IOException {
    this.config = config;
    this.settings = settings;
    this.knownTag = knownTag;
    this.problems = problems;
    this.client = client;
    this.first = problems.address(config.url(), null);
    this.next = first;
    this.spool = new RecordSpool();
  }

  /** Whether there is a page to be fetched. */
  public boolean isMore() {
    return next != null;
  }

  /** The pause before it: what the server asked for, or growing ones after failures. */
  public long getPauseMillis() {
    return pauseMillis;
  }

  /** Whether the server said that nothing has changed. */
  boolean isUnchanged() {
    return unchanged;
  }

  /** By what a later answer can be told from this one; of several pages nothing tells. */
  String tag() {
    return tag;
  }

  Set<String> columns() {
    return columns;
  }

  /** All records, when there is no more page. */
  Iterator<Map<String, ?>> records() throws IOException {
    return spool.read();
  }

  /**
   * Makes one request. A server that is busy or away for a moment is asked again after the pause.
   *
   * @throws SourceFailure when it stays so, or sent something else than a page
   */
  void fetch() throws IOException {
    spool.mark();
    try (ClassicHttpResponse response = client.executeOpen(null, request(), null)) {
      int status = response.getCode();
      if (status == 200) {
        take(response);
      } else if (status == 304 && page == 1 && knownTag != null) {
        tag = knownTag;
        unchanged = true;
        next = null;
      } else if (TRY_AGAIN.contains(status)) {
        waitOrGiveUp(problems.status(status, page), retryAfter(response));
      } else {
        throw problems.status(status, page);
      }
    } catch (JsonProcessingException e) {
      throw problems.broken(e, page);
    } catch (IOException e) {
      spool.reset();
      waitOrGiveUp(problems.lost(e, page), Duration.ZERO);
    }
  }

  private HttpGet request() {
    HttpGet request = new HttpGet(next);
    request.setHeader(HttpHeaders.ACCEPT, "application/json");
    config.headers().forEach(request::setHeader);
    if (page == 1 && knownTag != null) {
      request.setHeader(HttpHeaders.IF_NONE_MATCH, knownTag);
    }
    return request;
  }

  private void take(ClassicHttpResponse response) throws IOException {
    Header type = response.getFirstHeader(HttpHeaders.CONTENT_TYPE);
    if (type != null && type.getValue().contains("html")) {
      throw problems.notJson(type.getValue(), page);
    }
    MessageDigest digest = HttpProblems.sha256();
    JsonPage read = new JsonPage(config.records(), config.nextPage());
    if (response.getEntity() == null) {
      throw problems.notJson("nothing", page);
    }
    try (InputStream body =
        new DigestInputStream(
            new BoundedPage(
                response.getEntity().getContent(),
                settings.pageBytes(),
                settings.pageTime(),
                problems,
                page),
            digest)) {
      read.read(body, this::spool);
    }
    Header entityTag = page == 1 ? response.getFirstHeader(HttpHeaders.ETAG) : null;
    tag = entityTag == null || read.next() != null ? null : entityTag.getValue();
    turn(read, HexFormat.of().formatHex(digest.digest()));
  }

  private void spool(JsonNode row) throws IOException {
    row.fieldNames().forEachRemaining(columns::add);
    try {
      spool.add(row);
    } catch (IOException e) {
      throw problems.storage(e, page); // not the API's fault
    }
    if (columns.size() > MOST_COLUMNS) {
      throw problems.tooMuch("more than %,d different names".formatted(MOST_COLUMNS), page);
    }
    if (spool.size() > settings.totalBytes()) {
      throw problems.tooMuch(
          "more than %,d bytes in all (refkeeper.sync.http-total-bytes)"
              .formatted(settings.totalBytes()),
          page);
    }
  }

  private void turn(JsonPage read, String content) {
    pageOf.put(next, page);
    Integer same = read.next() == null ? null : pageOfContent.putIfAbsent(content, page);
    next = read.next() == null ? null : problems.next(first, next, read.next(), page);
    if (same != null) {
      throw problems.loop("page %d is page %d once more".formatted(page, same), page);
    }
    if (next != null && pageOf.containsKey(next)) {
      throw problems.loop("page %d leads back to page %d".formatted(page, pageOf.get(next)), page);
    }
    if (next != null && page == settings.pages()) {
      throw problems.tooMuch(
          "more than %,d pages (refkeeper.sync.http-pages)".formatted(page), page);
    }
    page++;
    failures = 0;
    pauseMillis = 0;
  }

  private static Duration retryAfter(ClassicHttpResponse response) {
    Header header = response.getFirstHeader(RetryAfter.HEADER);
    return RetryAfter.of(header == null ? null : header.getValue(), Instant.now())
        .orElse(Duration.ZERO);
  }

  private void waitOrGiveUp(SourceFailure failure, Duration asked) {
    failures++;
    if (asked.compareTo(settings.longestWait()) > 0) {
      throw problems.asksToWait(failure, asked);
    }
    if (failures >= settings.attempts()) {
      throw failure;
    }
    long own = settings.backOff().toMillis() << Math.min(failures - 1, 20);
    pauseMillis = Math.max(asked.toMillis(), Math.min(own, settings.longestWait().toMillis()));
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      spool.close();
    }
  }
}
