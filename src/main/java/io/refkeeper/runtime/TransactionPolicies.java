package io.refkeeper.runtime;

import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** The transactions that routes name: {@code transacted: {ref: required}}. */
public final class TransactionPolicies {

  private TransactionPolicies() {}

  /** Policies over one database, READ COMMITTED, by the names that the routes use. */
  public static Map<String, Object> of(DataSource target) {
    PlatformTransactionManager manager = new DataSourceTransactionManager(target);
    return Map.of(
        "required", policy(manager, "PROPAGATION_REQUIRED"),
        "nested", policy(manager, "PROPAGATION_NESTED"));
  }

  private static SpringTransactionPolicy policy(
      PlatformTransactionManager manager, String propagation) {
    SpringTransactionPolicy policy = new SpringTransactionPolicy();
    policy.setTransactionManager(manager);
    policy.setPropagationBehaviorName(propagation);
    return policy;
  }
}
