#!/bin/sh
# Shows that the fault harness bites: takes one protection of the protocol away at a time, in a copy
# of the checkout below target/mutations, and runs the cases that race with it. Each must turn red,
# and "none", which takes nothing away, must stay green.
#
#   src/test/mutations/run.sh              # all of them, some two minutes each
#   src/test/mutations/run.sh key-share    # one
set -eu
root=$(CDPATH='' cd "$(dirname "$0")/../../.." && pwd -P)
. "$root/src/test/mutations/common.sh"
cases='lose-commit@BEFORE_COMMIT|^replace halt@COMMITTED#1$|opposite order|sync deletes|parent deleted|route loses'
wrong=0

mutate() {
  case $1 in
    none) ;;
    ledger-key) # a delivery and a content may be entered any number of times
      edit src/main/resources/db/migration/V1__control_schema.sql \
        's/timestamptz,\n  unique \(delivery_id, domain\)/timestamptz/; s/create unique index load_run_current/create index load_run_current/' ;;
    key-order) # parents are inserted and locked in the order of the file
      edit $main/backfill/ParentWriter.java 's/from w order by %s/from w order by w.n, %s/'
      edit $main/reference/KeyVerification.java 's/order by %s/order by w.n, %s/' ;;
    key-share) # parents are only looked at
      edit $main/reference/KeyVerification.java 's/ *for key share of p\n//' ;;
    verify-in-savepoint) # what undoes a refused COPY gives back the locks of its keys, too
      edit $main/reference/KeyVerification.java \
        's/(BitSet found = new BitSet\(keys.size\(\)\);)/$1 jdbc.sql("savepoint refkeeper_verify").update();/'
      edit $main/ingest/CopyStream.java \
        's/run\("rollback to savepoint " \+ SAVEPOINT\);\s*run\("release savepoint " \+ SAVEPOINT\);/run("rollback to savepoint refkeeper_verify");/' ;;
    lock-before-delete) # a sync deletes without having locked
      edit $main/sync/GoneRows.java 's/ for update of t skip locked//' ;;
    count-assertion) # nobody adds up
      edit $main/ingest/LoadCounts.java 's/if \(read != /if (read < 0 \&\& read != /' ;;
    *) echo "no mutation $1" >&2; exit 2 ;;
  esac
}

for mutation in ${*:-none ledger-key key-order key-share verify-in-savepoint lock-before-delete count-assertion}; do
  copy=$out/$mutation
  copy_checkout "$copy"
  cd "$copy"
  mutate "$mutation"
  log=$out/$mutation.log
  result=green
  ! is_red "$log" -Dtest=FaultsTest -Dfaults.seed="${SEED:-1}" "-Dfaults.case=$cases" || result=red
  failed=$(sed -n "s/.*'-Dfaults.case=\(.*\)'.*/\1/p" "$log" | sort -u | paste -sd ';' -)
  [ "$result" = green ] || [ -n "$failed" ] || result='not built'
  expected=red
  [ "$mutation" != none ] || expected=green
  printf '%-20s %-9s %s\n' "$mutation" "$result" "$failed"
  [ "$result" = "$expected" ] || wrong=1
  rm -rf "$copy"
done
exit $wrong
