package io.refkeeper.notification;

import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.config.ManagementPolicy.Backfill;
import io.refkeeper.config.ManagementPolicy.Channel;
import io.refkeeper.notification.Event.NewDerivedRecords;
import io.refkeeper.notification.LoadDigest.DerivedSample;
import io.refkeeper.notification.LoadDigest.DerivedTable;
import io.refkeeper.notification.LoadDigest.QuarantineReason;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Events and policies for the tests of this package. */
final class Samples {

  static final UUID DELIVERY = UUID.fromString("3f0c7a52-6f0e-4f4e-9a55-2f1f4c1b7d10");

  private Samples() {}

  static ManagementPolicy policy(boolean notifyOnNewRecords, Channel channel) {
    return new ManagementPolicy(
        ManagementPolicy.Strategy.HYBRID,
        ZoneId.of("Asia/Shanghai"),
        null,
        null,
        null,
        new Backfill(
            true, false, true, notifyOnNewRecords, channel == null ? null : channel.name()),
        null,
        null,
        null,
        channel == null ? Map.of() : Map.of(channel.name(), channel));
  }

  static NewDerivedRecords newPlans(String file) {
    return new NewDerivedRecords(file, DELIVERY, List.of(performance(), income()));
  }

  static LoadDigest performance() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("计划全称", "平安相伴今生企业年金集合计划");
    values.put("计划类型", "集合计划");
    values.put("客户名称", null);
    return new LoadDigest(
        "annuity_performance",
        12,
        37_127,
        37_120,
        4,
        3,
        List.of(
            new DerivedTable(
                "组合计划",
                "fk_plan",
                37,
                List.of(
                    new DerivedSample(List.of("P0290"), values, "规模明细", 12, 1210),
                    new DerivedSample(
                        List.of("XNP512"), Map.of("计划类型", "单一计划"), "规模明细", 30_511, 3))),
            new DerivedTable(
                "组合",
                "fk_portfolio",
                1,
                List.of(new DerivedSample(List.of("P0290", "B"), Map.of(), "规模明细", 12, 8)))),
        List.of(
            new QuarantineReason("bad_date", "The value is no date", 3),
            new QuarantineReason("blank_key", "The key 机构代码 is blank", 1)));
  }

  static LoadDigest income() {
    return new LoadDigest("annuity_income", 13, 900, 900, 0, 0, List.of(), List.of());
  }
}
