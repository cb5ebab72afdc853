package io.refkeeper.sync;

import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SourceConfig;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.ExchangeProperty;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.util.Timeout;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A JSON API. Its pages are fetched before the target's transaction begins, and kept on the disk.
 */
public final class HttpApi implements Source {

  private SourceContext context;
  private final Map<TableRun, HttpPages> open = new ConcurrentHashMap<>();

  @Override
  public SourceType type() {
    return SourceType.HTTP_API;
  }

  @Override
  public void open(SourceContext newContext) {
    context = newContext;
  }

  /** Begins at the first page. */
  public HttpPages begin(@ExchangeProperty("table") TableRun run) throws IOException {
    HttpPages pages =
        new HttpPages(
            run.source().sourceConfig(),
            context.settings().http(),
            run.isForced() ? null : knownTag(run),
            new HttpProblems(run.name().toString(), run.source().sourceConfig().url()),
            client(context.settings()));
    open.put(run, pages);
    return pages;
  }

  /**
   * Makes one request for the next page.
   *
   * @throws SourceFailure when the API does not deliver it
   */
  public void fetchPage(@ExchangeProperty("pages") HttpPages pages) throws IOException {
    pages.fetch();
  }

  /**
   * The records of all pages, by their fields' names; null when nothing has changed at the source.
   */
  public Iterator<Map<String, ?>> records(
      @ExchangeProperty("table") TableRun run, @ExchangeProperty("pages") HttpPages pages)
      throws IOException {
    String tag = pages.tag() == null ? null : fingerprint(run.source()) + " " + pages.tag();
    run.answered(tag, pages.isUnchanged());
    if (pages.isUnchanged()) {
      return null;
    }
    run.fetchesEverything(
        pages.columns(), run.source().sourceConfig().url().replaceFirst("[?#].*", ""));
    return pages.records();
  }

  /** The ETag of the last answer that was synced, under the settings of today. */
  private String knownTag(TableRun run) {
    String fingerprint = fingerprint(run.source()) + " ";
    return JdbcClient.create(context.target())
        .sql(
            """
            select entity_tag from
              (select entity_tag from refkeeper.sync_table_run
               where table_schema = ? and table_name = ? and status in ('ok', 'unchanged')
               order by id desc limit 1) last
            where entity_tag is not null
            """)
        .params(run.name().schema(), run.name().name())
        .query(String.class)
        .optional()
        .filter(tag -> tag.startsWith(fingerprint))
        .map(tag -> tag.substring(fingerprint.length()))
        .orElse(null);
  }

  /** Of everything that decides what becomes of an answer; not of headers, which hold secrets. */
  private static String fingerprint(ReferenceSource source) {
    SourceConfig config = source.sourceConfig();
    String settings =
        String.join(
            "\n",
            config.url(),
            String.valueOf(config.records()),
            String.valueOf(config.nextPage()),
            config.columns().toString(),
            String.valueOf(config.keyColumns()),
            source.syncStrategy().toString());
    byte[] hash = HttpProblems.sha256().digest(settings.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, 8);
  }

  /** No redirects, cookies or repetitions of its own. */
  private static CloseableHttpClient client(SyncSettings settings) {
    Timeout connect = Timeout.of(settings.connectTimeout());
    Timeout read = Timeout.of(settings.readTimeout());
    return HttpClients.custom()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setConnectTimeout(connect)
                        .setSocketTimeout(read)
                        .build())
                .build())
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setResponseTimeout(read)
                .setConnectionRequestTimeout(connect)
                .build())
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .setUserAgent("refkeeper")
        .build();
  }

  @Override
  public void discard(TableRun run) {
    HttpPages pages = open.remove(run);
    if (pages != null) {
      pages.close();
    }
  }

  @Override
  public void close(SyncRun run) {
    run.tables().forEach(this::discard);
  }

  @Override
  public Optional<Problem> probe(ReferenceSource table) {
    SourceConfig config = table.sourceConfig();
    HttpProblems problems = new HttpProblems(table.table(), config.url());
    try (CloseableHttpClient client = client(context.settings())) {
      HttpGet request = new HttpGet(problems.address(config.url(), null));
      config.headers().forEach(request::setHeader);
      try (ClassicHttpResponse response = client.executeOpen(null, request, null)) {
        int status = response.getCode();
        return status == 200 ? Optional.empty() : Optional.of(now(problems.status(status, 1)));
      }
    } catch (SourceFailure e) {
      return Optional.of(now(e));
    } catch (IOException e) {
      return Optional.of(now(problems.lost(e, 1)));
    }
  }

  private static Problem now(SourceFailure failure) {
    Problem problem = failure.problems().get(0);
    return new Problem(
        problem.code(),
        problem.message(),
        problem.place(),
        "syncs from it will fail, and loads go on in degraded mode, until this is right");
  }
}
