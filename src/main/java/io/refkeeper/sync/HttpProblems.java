package io.refkeeper.sync;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.refkeeper.problem.FileFailure;
import io.refkeeper.problem.Problem;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Locale;
import org.apache.hc.client5.http.utils.URIUtils;

/**
 * What can be wrong with an HTTP API, in people's words. An address is told without its query,
 * which may hold a secret; headers and bodies are not told at all.
 */
final class HttpProblems {

  private static final String LOOK = "Look at the API, and at source_config; nothing was written";

  private final String table;
  private final String url;

  HttpProblems(String table, String url) {
    this.table = table;
    this.url = url;
  }

  private String place(int page) {
    String address = url.replaceFirst("[?#].*", "").replaceFirst("//[^/]*@", "//");
    return "%s from %s%s".formatted(table, address, page > 1 ? ", page " + page : "");
  }

  private SourceFailure failure(String code, String message, int page, String remedy) {
    return new SourceFailure(new Problem(code, message, place(page), remedy));
  }

  /** Throws a SourceFailure when it is no address of a web server. */
  URI address(String text, URI base) {
    try {
      URI address = base == null ? new URI(text) : URIUtils.resolve(base, new URI(text));
      boolean web =
          "http".equalsIgnoreCase(address.getScheme())
              || "https".equalsIgnoreCase(address.getScheme());
      if (web && address.getHost() != null && address.getUserInfo() == null) {
        return address;
      }
    } catch (URISyntaxException e) {
      // told below, without the address
    }
    throw failure("source_url", "The address is none of a web server", 1, LOOK);
  }

  /**
   * The address of the next page.
   *
   * @throws SourceFailure when it is one of another server, who must not see the headers
   */
  URI next(URI first, URI current, String text, int page) {
    URI next;
    try {
      next = address(text, current);
    } catch (SourceFailure e) {
      throw failure(
          "source_next_page",
          "next_page gives no address, but \"%s\"".formatted(shortened(text)),
          page,
          LOOK);
    }
    if (!origin(next).equals(origin(first))) {
      throw failure(
          "source_next_page",
          "next_page leads to another server, %s, to which the headers must not go"
              .formatted(origin(next)),
          page,
          LOOK);
    }
    return next;
  }

  private static String origin(URI address) {
    boolean tls = "https".equalsIgnoreCase(address.getScheme());
    int port = address.getPort() >= 0 ? address.getPort() : tls ? 443 : 80;
    return "%s://%s:%d"
        .formatted(tls ? "https" : "http", address.getHost().toLowerCase(Locale.ROOT), port);
  }

  private static String shortened(String text) {
    String plain = text.replaceAll("[?#].*", "").replaceAll("\\p{Cntrl}", " ");
    return plain.length() > 60 ? plain.substring(0, 60) + "…" : plain;
  }

  SourceFailure status(int status, int page) {
    return switch (status) {
      case 401, 403, 407 ->
          failure(
              "source_access_denied",
              "The API refused the request (HTTP %d)".formatted(status),
              page,
              "Check source_config.headers and the variables in them; nothing was written");
      case 404, 410 ->
          failure(
              "source_table_missing",
              "The API has nothing at this address (HTTP %d)".formatted(status),
              page,
              "Correct source_config.url; nothing was written");
      case 301, 302, 303, 307, 308 ->
          failure(
              "source_moved",
              "The API sends elsewhere (HTTP %d), where the headers must not go unseen"
                  .formatted(status),
              page,
              "Write the new address into source_config.url; nothing was written");
      case 429 ->
          failure(
              "source_busy",
              "The API says that it is asked too often (HTTP 429)",
              page,
              "Sync less often, or later; nothing was written");
      case 408, 500, 502, 503, 504 ->
          failure(
              "source_busy",
              "The API cannot answer at the moment (HTTP %d)".formatted(status),
              page,
              "Sync again later; nothing was written");
      default -> failure("source_failed", "The API answered HTTP %d".formatted(status), page, LOOK);
    };
  }

  SourceFailure asksToWait(SourceFailure why, Duration asked) {
    Problem problem = why.problems().get(0);
    return new SourceFailure(
        new Problem(
            problem.code(),
            "%s and asks to wait %d s, longer than refkeeper.sync.http-longest-wait"
                .formatted(problem.message(), asked.toSeconds()),
            problem.place(),
            problem.remedy()));
  }

  SourceFailure lost(IOException e, int page) {
    String what;
    if (e instanceof SocketTimeoutException) {
      what = "The API does not answer in time";
    } else if (e instanceof ConnectException || e instanceof UnknownHostException) {
      what = "The API cannot be reached";
    } else {
      what = "The API's answer broke off";
    }
    String why =
        e instanceof UnknownHostException
            ? "nobody knows the host " + e.getMessage().replaceFirst(":.*", "")
            : String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
    return new SourceFailure(
        new Problem(
            what.endsWith("off") ? "source_lost" : "source_unreachable",
            "%s: %s".formatted(what, why),
            place(page),
            "Check the address, the network and TLS, and that the API runs; nothing was written"),
        e);
  }

  SourceFailure broken(JsonProcessingException e, int page) {
    JsonLocation at = e.getLocation();
    String where =
        at == null ? "" : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    String why = e.getOriginalMessage().replaceAll("\\s+", " ").strip();
    return failure(
        "source_answer_broken",
        "The API's answer is no such JSON%s: %s".formatted(where, why),
        page,
        "Look at what the API answers, and at source_config.records and next_page; nothing was written");
  }

  SourceFailure notJson(String what, int page) {
    return failure(
        "source_answer_broken",
        "The API answered %s instead of JSON".formatted(shortened(what)),
        page,
        "Look at the address: a login or error page, perhaps; nothing was written");
  }

  SourceFailure loop(String how, int page) {
    return failure("source_endless", "The pages have no end: " + how, page, LOOK);
  }

  SourceFailure tooMuch(String what, int page) {
    return failure(
        "source_too_large",
        "The API sends " + what,
        page,
        "Look at the API; if this is right, raise the limit in application.properties; nothing was written");
  }

  SourceFailure storage(IOException e, int page) {
    return new SourceFailure(
        new Problem(
            "storage",
            "The temporary file for the API's records cannot be written: " + FileFailure.reason(e),
            place(page),
            "Make room in the folder for temporary files; nothing was written"),
        e);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
