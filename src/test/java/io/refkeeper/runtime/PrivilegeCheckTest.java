package io.refkeeper.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.config.Configuration;
import io.refkeeper.problem.Finding;
import io.refkeeper.reference.PrivilegeCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code check} says of the grants of an account. */
class PrivilegeCheckTest extends RolesFixture {

  @Test
  void checkFindsNothingMissingForTheServiceAndSaysWhatTheOthersMayNot() {
    assertThat(privileges("test_service")).containsExactly(noteFor("test_service"));
    assertThat(privileges("test_loader"))
        .containsExactlyInAnyOrder(
            noteFor("test_loader"),
            "warning: refkeeper.sync_run: The account test_loader may not sync: refkeeper run, which"
                + " does everything, needs that - nothing to do if it has other work; else grant what"
                + " docker/sql/grants.sql lists",
            "warning: refkeeper.outbox: The account test_loader may not send messages: refkeeper run,"
                + " which does everything, needs that - nothing to do if it has other work; else"
                + " grant what docker/sql/grants.sql lists",
            "warning: refkeeper.validation_run: The account test_loader may not validate and expire:"
                + " refkeeper run, which does everything, needs that - nothing to do if it has other"
                + " work; else grant what docker/sql/grants.sql lists");
  }

  @Test
  void checkMissesEachGrantOfEachRoleAndNamesTheGrantToRun() {
    for (String role :
        List.of("refkeeper_loader", "refkeeper_sync", "refkeeper_relay", "refkeeper_governance")) {
      try (HikariDataSource account = pool(role.replace("refkeeper_", "test_"))) {
        PrivilegeCheck check = new PrivilegeCheck(account);
        for (String grant : grants(role)) {
          superuser.execute("revoke %s from %s".formatted(grant, role));
          try {
            assertThat(check.check(setup.loaded().configuration()))
                .as("%s from %s", grant, role)
                .anyMatch(Finding::isError);
          } finally {
            superuser.execute("grant %s to %s".formatted(grant, role));
          }
        }
      }
    }
  }

  @Test
  void whatRetentionOfTheAuditLogNeedsIsMissedWhileItIsConfigured() throws IOException {
    superuser.execute(
        "revoke execute on function refkeeper.expire_audit_log from refkeeper_governance");
    try (HikariDataSource account = pool("test_governance")) {
      PrivilegeCheck check = new PrivilegeCheck(account);
      assertThat(check.check(setup.loaded().configuration()))
          .filteredOn(Finding::isError)
          .extracting(Finding::toString)
          .containsExactly(
              "error: refkeeper.expire_audit_log: The account test_governance lacks execute, which it"
                  + " needs to validate and expire - run: grant execute on function"
                  + " \"refkeeper\".\"expire_audit_log\" to \"test_governance\"");
      assertThat(check.check(withoutRetentionOfTheAuditLog())).noneMatch(Finding::isError);
    } finally {
      superuser.execute(
          "grant execute on function refkeeper.expire_audit_log to refkeeper_governance");
    }
  }

  private static Configuration withoutRetentionOfTheAuditLog() throws IOException {
    Path file = home.resolve("config").resolve("reference_management.yml");
    String configured = Files.readString(file);
    Files.writeString(file, configured.replace("audit_days: 30", "audit_days: null"));
    try {
      return Setup.read(home, home.resolve("config"), Path.of("routes"), Map.of())
          .loaded()
          .configuration();
    } finally {
      Files.writeString(file, configured);
    }
  }

  @Test
  void theGrantThatCheckNamesIsTheOneThatIsMissing() {
    superuser.execute("revoke delete on business.\"规模明细\" from refkeeper_loader");
    superuser.execute("revoke update (_needs_review) on mapping.\"产品线\" from refkeeper_loader");
    superuser.execute("revoke usage on schema mapping from refkeeper_loader");
    try {
      assertThat(privileges("test_loader"))
          .contains(
              "error: business.规模明细: The account test_loader lacks delete, which it needs to load -"
                  + " run: grant delete on \"business\".\"规模明细\" to \"test_loader\"",
              "error: mapping.产品线: The account test_loader lacks update (\"_needs_review\"), which it"
                  + " needs to load - run: grant update (\"_needs_review\") on"
                  + " \"mapping\".\"产品线\" to \"test_loader\"",
              "error: schema mapping: The account test_loader lacks usage, which it needs to load -"
                  + " run: grant usage on schema \"mapping\" to \"test_loader\"");
    } finally {
      superuser.execute("grant delete on business.\"规模明细\" to refkeeper_loader");
      superuser.execute("grant update (_needs_review) on mapping.\"产品线\" to refkeeper_loader");
      superuser.execute("grant usage on schema mapping to refkeeper_loader");
    }
  }
}
