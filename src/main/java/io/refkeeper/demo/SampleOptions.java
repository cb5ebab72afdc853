package io.refkeeper.demo;

/**
 * What a sample workbook contains. The same options give the same rows.
 *
 * @param performanceRows data rows of the sheet 规模明细, the bad ones among them, the total not
 * @param incomeRows data rows of the sheet 收入明细
 * @param unknownPlans plans, each with a portfolio, that the references do not know; at most 400
 * @param badRows rows of 规模明细 that cannot be loaded
 */
public record SampleOptions(
    long seed, int performanceRows, int incomeRows, int unknownPlans, int badRows) {

  /** The size of the users' October 2025. */
  public static final SampleOptions DEFAULT = new SampleOptions(20251111, 37_127, 9_400, 36, 8);

  public SampleOptions {
    if (unknownPlans < 0 || unknownPlans > 400 || badRows < 0 || badRows > performanceRows) {
      throw new IllegalArgumentException(
          "At most 400 unknown plans, and no more bad rows than rows");
    }
  }
}
