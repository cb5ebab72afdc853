package io.refkeeper;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The house rules that a compiler does not know; arrows between packages point down only. */
@AnalyzeClasses(packages = "io.refkeeper", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule arrowsPointDown =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("cli")
          .definedBy("io.refkeeper.cli..")
          .layer("runtime")
          .definedBy("io.refkeeper.runtime..")
          .layer("web")
          .definedBy("io.refkeeper.web..")
          .layer("flows")
          .definedBy(
              "io.refkeeper.sync..",
              "io.refkeeper.ingest..",
              "io.refkeeper.quality..",
              "io.refkeeper.review..",
              "io.refkeeper.retention..")
          .layer("notification")
          .definedBy("io.refkeeper.notification..")
          .layer("records")
          .definedBy(
              "io.refkeeper.backfill..",
              "io.refkeeper.quarantine..",
              "io.refkeeper.audit..",
              "io.refkeeper.job..",
              "io.refkeeper.reference..")
          .layer("base")
          .definedBy(
              "io.refkeeper.config..",
              "io.refkeeper.database..",
              "io.refkeeper.export..",
              "io.refkeeper.http..")
          .layer("problem")
          .definedBy("io.refkeeper.problem..", "io.refkeeper.fault..")
          .layer("demo")
          .definedBy("io.refkeeper.demo..")
          .layer("benchmark")
          .definedBy("io.refkeeper.benchmark..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("benchmark")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("demo")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("runtime")
          .mayOnlyBeAccessedByLayers("cli", "benchmark")
          .whereLayer("web")
          .mayOnlyBeAccessedByLayers("cli", "runtime")
          .whereLayer("flows")
          .mayOnlyBeAccessedByLayers("cli", "benchmark", "runtime", "web")
          .whereLayer("notification")
          .mayOnlyBeAccessedByLayers("cli", "benchmark", "runtime", "web", "flows")
          .whereLayer("records")
          .mayOnlyBeAccessedByLayers("cli", "benchmark", "runtime", "web", "flows", "notification")
          .whereLayer("base")
          .mayOnlyBeAccessedByLayers(
              "cli", "benchmark", "runtime", "web", "flows", "notification", "records")
          .whereLayer("problem")
          .mayOnlyBeAccessedByLayers(
              "cli", "benchmark", "runtime", "web", "flows", "notification", "records", "base");

  @ArchTest
  static final ArchRule packagesFormNoCycle =
      slices().matching("io.refkeeper.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule theCommandLineKnowsNoSql =
      noClasses()
          .that()
          .resideInAPackage("io.refkeeper.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "org.springframework.jdbc..", "org.postgresql..");

  @ArchTest
  static final ArchRule namesSayWhatAClassDoes =
      noClasses()
          .should()
          .haveNameMatching(".*(Util|Utils|Helper|Manager)")
          .because("such a name collects what has no place");

  @ArchTest
  static final ArchRule onlyTheCommandLinePrints =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.refkeeper.cli..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .because("standard output belongs to the results of commands, the rest is logged");

  @ArchTest
  static final ArchRule nobodySleeps =
      noClasses()
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .because("one waits for a condition");
}
