package io.refkeeper.web;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * A health check that tells what a watch has seen last: it answers at once, whatever is down.
 * Nothing that is watched is a matter of liveness: a new process would not see it better.
 */
final class ConditionCheck extends AbstractHealthCheck {

  private final boolean readiness;
  private final Supplier<Condition> condition;

  /**
   * @param readiness whether the service can do none of its work while this is down
   */
  ConditionCheck(String id, boolean readiness, Supplier<Condition> condition) {
    super("refkeeper", id);
    this.readiness = readiness;
    this.condition = condition;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  public boolean isReadiness() {
    return readiness;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    Condition now = condition.get();
    builder.state(now.state()).message(now.message());
  }
}
