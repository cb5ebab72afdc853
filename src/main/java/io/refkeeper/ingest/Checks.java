package io.refkeeper.ingest;

/**
 * Who finds what is wrong with a row that Java holds to be right.
 *
 * @param foreignKeyObstacle why the database checks the foreign keys of each row; null: refkeeper
 *     has proven them, and COPY runs without those checks
 * @param refusals by what else the database can refuse a row
 */
record Checks(String foreignKeyObstacle, Refusals refusals) {

  boolean foreignKeysVerified() {
    return foreignKeyObstacle == null;
  }
}
