package io.refkeeper.demo;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows of the users' reference tables, by column name, as the legacy MySQL holds them. A sample
 * workbook names these and a few more. Values are String, Integer, LocalDate or null.
 */
public final class SampleReferences {

  private SampleReferences() {}

  /** 年金计划: 1,159 rows. */
  public static List<Map<String, Object>> plans() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int plan = 0; plan < SamplePlans.KNOWN_PLANS; plan++) {
      int organisation = SamplePlans.organisation(plan);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("年金计划号", SamplePlans.planCode(plan));
      row.put("计划简称", SamplePlans.client(plan).substring(0, 6));
      row.put("计划全称", SamplePlans.planName(plan));
      row.put("主拓代码", SampleOrganisations.code(organisation));
      row.put("计划类型", SamplePlans.planType(plan));
      row.put("客户名称", SamplePlans.client(plan));
      row.put("company_id", String.format("C%06d", plan + 1));
      row.put("管理资格", SamplePlans.occupational(plan) ? "职年受托+职年投资" : "企年受托+企年投资");
      row.put("计划状态", plan % 50 == 49 ? "已终止" : "运作中");
      row.put("主拓机构", SampleOrganisations.names().get(organisation));
      row.put("组合数", plan + SamplePlans.KNOWN_PLANS < SamplePlans.KNOWN_PORTFOLIOS ? 2 : 1);
      row.put("备注", null);
      rows.add(row);
    }
    return rows;
  }

  /** 组合计划: 1,338 rows, each of one of the {@link #plans()}. */
  public static List<Map<String, Object>> portfolios() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int portfolio = 0; portfolio < SamplePlans.KNOWN_PORTFOLIOS; portfolio++) {
      int plan = portfolio % SamplePlans.KNOWN_PLANS;
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("组合代码", SamplePlans.portfolioCode(portfolio));
      row.put("年金计划号", SamplePlans.planCode(plan));
      row.put("组合名称", SamplePlans.portfolioName(plan));
      row.put("组合简称", SamplePlans.client(plan).substring(0, 4) + portfolio);
      row.put("组合状态", "运作中");
      row.put("运作开始日", LocalDate.of(2008, 1, 1).plusDays(portfolio * 4L));
      row.put("组合类型", SamplePlans.portfolioType(plan));
      row.put("子分类", null);
      row.put("受托人", "长青养老");
      row.put("投资管理人", portfolio % 3 == 0 ? "远山资产" : "长青养老");
      row.put("备注", null);
      rows.add(row);
    }
    return rows;
  }

  /** 组织架构: 38 rows. */
  public static List<Map<String, Object>> organisations() {
    List<Map<String, Object>> rows = new ArrayList<>();
    String[] areas = {"华北", "华东", "华南", "西部"};
    List<String> names = SampleOrganisations.names();
    for (int i = 0; i < names.size(); i++) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("机构代码", SampleOrganisations.code(i));
      row.put("机构", names.get(i));
      row.put("年金中心", i == 0 ? "总部" : areas[i % areas.length] + "年金中心");
      row.put("战区", i == 0 ? "总部" : areas[i % areas.length]);
      row.put("NO_机构", i);
      row.put("NO_年金中心", i == 0 ? 0 : i % areas.length + 1);
      row.put("NO_区域", i == 0 ? 0 : i % areas.length + 1);
      row.put("新架构", null);
      row.put("行政域", names.get(i));
      rows.add(row);
    }
    return rows;
  }
}
