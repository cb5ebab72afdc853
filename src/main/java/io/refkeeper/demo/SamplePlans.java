package io.refkeeper.demo;

import java.util.Random;

/**
 * Invented plans and portfolios. Everything follows from the number, so that references and
 * workbook fit together without knowing each other.
 */
final class SamplePlans {

  static final int KNOWN_PLANS = 1_159;
  static final int KNOWN_PORTFOLIOS = 1_338;

  private static final String[] PLACES = {
    "华东", "江南", "滨海", "长河", "云岭", "中原", "北辰", "海西", "天府", "岭南", "塞上", "太湖", "黄山", "昆仑", "金陵", "松江"
  };
  private static final String[] TRADES = {
    "电力", "港务", "机械", "医药", "纺织", "能源", "交通", "建设", "化工", "通信", "粮油", "造船", "轨道", "水务", "钢铁", "信息"
  };
  private static final String[] FORMS = {"集团有限公司", "股份有限公司", "有限责任公司", "研究院"};

  private SamplePlans() {}

  /** The plan's code: {@code AN0042}; unknown ones, beyond the references, {@code NW0003}. */
  static String planCode(int plan) {
    return plan < KNOWN_PLANS
        ? String.format("AN%04d", plan + 1)
        : String.format("NW%04d", plan - KNOWN_PLANS + 1);
  }

  /** Two in five plans are occupational ones of public employers. */
  static boolean occupational(int plan) {
    return plan % 5 >= 3;
  }

  static String planType(int plan) {
    return occupational(plan) ? "集合计划" : plan % 3 == 0 ? "集合计划" : "单一计划";
  }

  static String client(int plan) {
    Random random = new Random(plan * 7919L + 17);
    return PLACES[random.nextInt(PLACES.length)]
        + PLACES[random.nextInt(PLACES.length)]
        + TRADES[random.nextInt(TRADES.length)]
        + FORMS[random.nextInt(FORMS.length)];
  }

  static String planName(int plan) {
    return client(plan) + (occupational(plan) ? "职业年金计划" : "企业年金计划");
  }

  /** The organisation that leads the plan. */
  static int organisation(int plan) {
    return new Random(plan * 104_729L + 3).nextInt(SampleOrganisations.names().size());
  }

  /** Portfolio numbers beyond the references carry on with the unknown plans. */
  static String portfolioCode(int portfolio) {
    return portfolio < KNOWN_PORTFOLIOS
        ? String.format("PF%05d", portfolio + 1)
        : String.format("PN%05d", portfolio - KNOWN_PORTFOLIOS + 1);
  }

  static String portfolioName(int plan) {
    return client(plan).substring(0, 6) + portfolioType(plan) + "组合";
  }

  static String portfolioType(int plan) {
    return plan % 2 == 0 ? "含权" : "固收";
  }
}
