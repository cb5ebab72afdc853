package io.refkeeper.demo;

import java.util.List;

/** The users' organisations; {@code reference-data/branch_codes.yml} maps the same names. */
public final class SampleOrganisations {

  private static final List<String> NAMES =
      List.of(
          "总部", "北京", "上海", "天津", "广东", "深圳", "重庆", "河北", "山西", "湖北", "江苏", "湖南", "浙江", "安徽", "福建",
          "江西", "山东", "河南", "辽宁", "吉林", "黑龙江", "陕西", "甘肃", "新疆", "宁夏", "青海", "内蒙古", "广西", "海南",
          "四川", "贵州", "云南", "西藏", "大连", "青岛", "宁波", "厦门", "苏州");

  private SampleOrganisations() {}

  /** All names, head office first; the position is the number in the code. */
  public static List<String> names() {
    return NAMES;
  }

  /** The code of the organisation at a position, such as {@code G09}. */
  public static String code(int position) {
    return String.format("G%02d", position);
  }
}
