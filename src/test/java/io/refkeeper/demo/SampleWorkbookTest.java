package io.refkeeper.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.Domain.FileFormat;
import io.refkeeper.ingest.reader.RowReader;
import io.refkeeper.ingest.reader.RowReaders;
import io.refkeeper.ingest.reader.SourceRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleWorkbookTest {

  @TempDir static Path folder;

  private static List<Map<String, String>> read(Path file, String sheet) {
    List<Map<String, String>> rows = new ArrayList<>();
    FileFormat format = new FileFormat("auto", "auto", 1);
    try (RowReader reader = RowReaders.open(file, format, List.of(sheet))) {
      for (SourceRow row = reader.next(); row != null; row = reader.next()) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < row.values().length; i++) {
          values.put(reader.header().get(i), row.values()[i]);
        }
        rows.add(values);
      }
    }
    return rows;
  }

  private static Set<String> distinct(List<Map<String, String>> rows, String column) {
    Set<String> values =
        rows.stream().map(r -> r.getOrDefault(column, "")).collect(Collectors.toSet());
    values.removeAll(Set.of("", "(空白)", "合计"));
    return values;
  }

  private static Set<String> keys(List<Map<String, Object>> references, String column) {
    return references.stream().map(r -> (String) r.get(column)).collect(Collectors.toSet());
  }

  @Test
  void theWorkbookHasTheUsersSizesAndFitsTheReferences() throws IOException {
    Path file = folder.resolve(SampleWorkbook.FILE_NAME);
    SampleWorkbook.write(file, SampleOptions.DEFAULT);
    assertThat(RowReaders.sheetNames(file)).containsExactly("规模明细", "收入明细");
    List<Map<String, String>> rows = read(file, "规模明细");
    assertThat(rows).hasSize(37_127 + 1);
    assertThat(rows.get(37_127)).containsEntry("计划代码", "合计");
    Set<String> plans = distinct(rows, "计划代码");
    Set<String> portfolios = distinct(rows, "组合代码");
    assertThat(plans).hasSize(849);
    assertThat(portfolios).hasSize(723);
    assertThat(distinct(rows, "机构"))
        .containsExactlyInAnyOrderElementsOf(SampleOrganisations.names());
    plans.removeAll(keys(SampleReferences.plans(), "年金计划号"));
    portfolios.removeAll(keys(SampleReferences.portfolios(), "组合代码"));
    assertThat(plans).hasSize(36).allMatch(code -> code.startsWith("NW"));
    assertThat(portfolios).hasSize(42).allMatch(code -> code.startsWith("PN"));
    assertThat(distinct(rows, "月度"))
        .containsExactlyInAnyOrder("202510", "２０２５１０", "2025年10月", "25年10月", "2025-10-01");
    List<Map<String, String>> income = read(file, "收入明细");
    assertThat(income).hasSize(9_400);
    assertThat(distinct(income, "计划代码")).hasSize(849);
  }

  @Test
  void theReferencesHaveTheUsersSizesAndAreConsistent() {
    Set<String> plans = keys(SampleReferences.plans(), "年金计划号");
    assertThat(plans).hasSize(1_159);
    assertThat(keys(SampleReferences.portfolios(), "组合代码")).hasSize(1_338);
    assertThat(keys(SampleReferences.portfolios(), "年金计划号")).isSubsetOf(plans);
    Set<String> organisations = keys(SampleReferences.organisations(), "机构代码");
    assertThat(organisations).hasSize(38);
    assertThat(keys(SampleReferences.plans(), "主拓代码")).isSubsetOf(organisations);
  }

  @Test
  void theOrganisationsAreThoseOfTheShippedMap() throws IOException {
    List<String> shipped =
        Files.readAllLines(Path.of("reference-data/branch_codes.yml")).stream()
            .filter(line -> !line.startsWith("#") && !line.isBlank())
            .toList();
    List<String> ours = new ArrayList<>();
    for (int i = 0; i < SampleOrganisations.names().size(); i++) {
      ours.add(SampleOrganisations.names().get(i) + ": " + SampleOrganisations.code(i));
    }
    assertThat(new HashSet<>(shipped)).isEqualTo(new HashSet<>(ours));
  }

  @Test
  void theSameSeedGivesTheSameRows() throws IOException {
    SampleOptions options = new SampleOptions(5, 2_000, 1_000, 10, 4);
    Path first = folder.resolve("first.xlsx");
    Path second = folder.resolve("second.xlsx");
    SampleWorkbook.write(first, options);
    SampleWorkbook.write(second, options);
    assertThat(read(first, "规模明细")).isEqualTo(read(second, "规模明细"));
    assertThat(read(first, "收入明细")).isEqualTo(read(second, "收入明细"));
  }
}
