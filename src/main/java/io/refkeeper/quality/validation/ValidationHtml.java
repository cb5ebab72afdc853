package io.refkeeper.quality.validation;

import io.refkeeper.quality.validation.ValidationFinding.Sample;
import io.refkeeper.quality.validation.ValidationReport.CheckedTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.commons.text.StringEscapeUtils;

/**
 * A report as one HTML page that needs nothing beside it and runs nothing: it is mailed, and opened
 * from a disk. Whatever comes from data is escaped.
 */
public final class ValidationHtml {

  private static final String STYLE = resource("/validation/report.css");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss XXX", Locale.ROOT);

  private ValidationHtml() {}

  /** The page, times in that zone. */
  public static String page(ValidationReport report, ZoneId timeZone) {
    int found = report.findings().size();
    String headline =
        found == 0 ? "Nothing was found" : found == 1 ? "1 finding" : found + " findings";
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>Reference validation %1$d: %2$s</title>
        <style>
        %3$s</style>
        </head>
        <body>
        <main>
        <header>
        <p class="kind">Reference validation %1$d</p>
        <h1 class="%4$s">%2$s</h1>
        <p class="when">%5$s, in %6$.1f s. Checked: %7$d reference tables, %8$d references between
        reference tables, %9$d foreign keys of facts.</p>
        </header>
        %10$s%11$s</main>
        </body>
        </html>
        """
        .formatted(
            report.id(),
            headline,
            STYLE,
            found == 0 ? "fine" : report.findings().get(0).severity(),
            TIME.format(report.startedAt().atZone(timeZone)),
            (report.finishedAt().toEpochMilli() - report.startedAt().toEpochMilli()) / 1000.0,
            report.checked().referenceTables(),
            report.checked().references(),
            report.checked().foreignKeys(),
            report.findings().stream().map(ValidationHtml::finding).collect(Collectors.joining()),
            tables(report.tables()));
  }

  private static String finding(ValidationFinding finding) {
    String samples =
        finding.samples().stream()
            .map(Sample::text)
            .map(ValidationHtml::escape)
            .map("<li>%s</li>\n"::formatted)
            .collect(Collectors.joining());
    long more = finding.keys() - finding.samples().stream().mapToLong(s -> s.keys().size()).sum();
    return """
        <section class="%s">
        <h2><span class="severity">%s</span> %s</h2>
        <p class="message">%s</p>
        %s%s<p class="remedy">%s</p>
        <p class="code">%s</p>
        </section>
        """
        .formatted(
            finding.severity(),
            finding.severity(),
            escape(finding.place()),
            escape(finding.message()),
            samples.isEmpty() ? "" : "<ul>\n" + samples + "</ul>\n",
            more > 0 && !samples.isEmpty() ? "<p>and %,d more</p>%n".formatted(more) : "",
            escape(finding.remedy()),
            escape(finding.code()));
  }

  private static String tables(List<CheckedTable> tables) {
    String rows =
        tables.stream()
            .map(
                table ->
                    "<tr><td>%s</td><td class=\"number\">%,d</td><td class=\"number\">%,d</td></tr>%n"
                        .formatted(escape(table.table()), table.rows(), table.autoDerived()))
            .collect(Collectors.joining());
    return """
        <h2>Reference tables</h2>
        <div class="wide"><table>
        <thead><tr><th>Table</th><th class="number">Rows</th><th class="number">Derived from facts</th></tr></thead>
        <tbody>
        %s</tbody>
        </table></div>
        """
        .formatted(rows);
  }

  private static String escape(String text) {
    return StringEscapeUtils.escapeHtml4(text);
  }

  private static String resource(String name) {
    try (InputStream in = ValidationHtml.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
