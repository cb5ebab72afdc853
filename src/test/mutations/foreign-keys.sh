#!/bin/sh
# Shows that each condition of "fk_check: auto" is needed: takes one away at a time and runs the tests
# of the foreign keys. Each must leave the orphan (or the duplicate) that its case is about; some
# leave none, because the database refuses or good rows are refused, and turn their test red.
# "none", which takes nothing away, must stay green. ForeignKeyCheckTest has the list.
#
#   src/test/mutations/foreign-keys.sh              # all of them, about a minute each
#   src/test/mutations/foreign-keys.sh match-full   # one
set -eu
root=$(CDPATH='' cd "$(dirname "$0")/../../.." && pwd -P)
. "$root/src/test/mutations/common.sh"
verified=$main/reference/VerifiedForeignKeys.java
triggers=$sql/replica_triggers.sql
partitions='s/ union select relid::oid from pg_partition_tree\(\?::oid::regclass\)/ where ?::oid is not null/'
all='none grant user-trigger trigger-of-partition deferrable enable-replica enable-always
  key-of-partition key-of-ancestor uncovered other-parent column-pairs match-full not-copied
  self-reference types input-of-type stored-value only key-share lock second-look collation equality
  null-in-key set-back role-before-savepoint'
wrong=0

mutate() { # sets orphan: the case that leaves one
  orphan=
  case $1 in
    none) ;;
    grant) # the role need not be allowed to set the parameter: SET fails, and the load with it
      edit $verified 's/if \(!mayReplicate\(\)\)/if (fact == null \&\& !mayReplicate())/' ;;
    user-trigger) # triggers of users are skipped in silence
      orphan=user_trigger
      edit $triggers "s/and t.tgenabled <> 'D'/\$& and (t.tgisinternal or t.tgenabled <> 'O')/" ;;
    trigger-of-partition) # only the fact table's own triggers count
      orphan=partition_trigger
      edit $triggers "$partitions" ;;
    deferrable) # the trigger that checks a DEFERRABLE unique constraint is skipped
      orphan=late_unique
      edit $triggers "s/and t.tgenabled <> 'D'/\$& and t.tgfoid <> 'unique_key_recheck'::regproc/" ;;
    enable-replica) # a trigger fires that does not fire otherwise
      orphan=replica_trigger
      edit $triggers "s/and t.tgenabled <> 'D'/\$& and t.tgenabled <> 'R'/" ;;
    enable-always) # a trigger changes what was proven
      orphan=always_trigger
      edit $triggers "s/and t.tgenabled <> 'D'/\$& and t.tgenabled <> 'A'/" ;;
    key-of-partition) # a partition's own foreign keys do not count
      orphan=own_partition
      edit $sql/replica_foreign_keys.sql "$partitions" ;;
    key-of-ancestor) # nor those that a partition has from above
      orphan=is_partition
      edit $sql/replica_foreign_keys.sql \
        's/\n  union\n  select p\.oid, p\.conparentid from climb .*?\n\)/\n)/s' ;;
    uncovered) # a constraint need not be configured
      orphan=uncovered
      edit $verified 's/return Optional.of\(constraint \+ " is not configured"\);/return Optional.empty();/' ;;
    other-parent) # a configured key may point to another table than the constraint
      orphan=other_parent
      edit $verified 's/key\.parent\(\)\.name\(\)\.equals\(parent\) && //' ;;
    column-pairs) # or to other columns
      orphan=swapped
      edit $verified 's/pairs\.equals\(columns\)/pairs.keySet().equals(columns.keySet())/' ;;
    match-full) # a key that is NULL in part names no parent
      orphan=match_full
      edit $verified 's/!constraint\.matchType\(\)\.equals\("s"\)/constraint.matchType().isEmpty()/' ;;
    not-copied) # what is proven need not be what is written
      orphan=not_copied
      edit $verified 's/if \(!copied\.contains\(column\)\)/if (copied.isEmpty())/' ;;
    self-reference) # a parent in the fact table may be replaced by the very load
      orphan=replaced_parent
      edit $verified 's/if \(constraint\.selfReference\(\)\)/if (constraint.name() == null)/' ;;
    types) # the two sides may be of any types
      orphan=rounded_input
      edit $verified 's/if \(!comparable\(child, parent\)\)/if (child == null \&\& !comparable(child, parent))/' ;;
    input-of-type) # also of a type that is compared as text
      orphan=rounded_input
      edit $verified 's/return child\.castCannotFail\(\)\s*&& \(/return (/' ;;
    stored-value) # the value of the file is compared, not as the fact table stores it
      orphan=typmod
      edit $main/ingest/LoadOpening.java \
        's/castTypes\.add\(.*?\);/castTypes.add(keyColumn.baseDeclaredType());/' ;;
    only) # a row of an inheritance child is a parent
      orphan=inherited
      edit $main/reference/KeySql.java 's/"only " \+ table/table/' ;;
    key-share) # parents are only looked at
      orphan=raced
      edit $main/reference/KeyVerification.java 's/ *for key share of p\n//' ;;
    second-look) # nobody looks again before the commit
      orphan=attached
      edit $main/ingest/LoadOpening.java \
        's/if \(!load\.checks\(\)\.foreignKeysVerified\(\) .*?\{/if (load != null) {/' ;;
    lock) # the table may be altered between the look at it and the first COPY
      orphan=altered
      edit $main/ingest/LoadOpening.java 's/ *verified\.lock\(.*?\);\n//' ;;
    equality) # keys are compared by another equality than the constraint's, a wider one
      orphan=covered
      edit $main/reference/KeySql.java \
        's/return parent \+ " = " \+ typed\(key, index\);/return "lower(%s::text) = lower((%s)::text)".formatted(parent, typed(key, index));/' ;;
    collation) # a narrower one: good rows are refused
      edit $main/reference/KeySql.java \
        's/return parent \+ " = " \+ typed\(key, index\);/return "%s::text collate \\"C\\" = (%s)::text".formatted(parent, typed(key, index));/' ;;
    null-in-key) # a key that is NULL in part names a parent: good rows are refused
      edit $main/reference/BoundForeignKey.java 's/if \(parts\[i\] == null\)/if (parts.length == 0)/' ;;
    set-back) # what follows a COPY is not checked either
      edit $main/ingest/CopyStream.java 's/ *run\("set local session_replication_role = origin"\);\n//' ;;
    role-before-savepoint) # so that what undoes a COPY that failed does not set the role back
      edit $main/ingest/CopyStream.java \
        's/run\("savepoint " /run("set local session_replication_role = replica");\n    $&/' ;;
    *) echo "no mutation $1" >&2; exit 2 ;;
  esac
}

copy=$out/foreign-keys
copy_checkout "$copy"
cd "$copy"
mv src untouched
for mutation in ${*:-$all}; do
  rm -rf src
  cp -R untouched src
  mutate "$mutation"
  log=$out/$mutation.log
  result=green
  ! is_red "$log" '-Dtest=ForeignKey*Test,CopyStreamTest' || result=red
  found=$(grep -o '\[orphans of [a-z_]*' "$log" | sed 's/.* //' | sort -u | paste -sd ' ' -)
  expected=red
  [ "$mutation" != none ] || expected=green
  case " $found " in *" $orphan "*) ;; *) [ -z "$orphan" ] || expected="red by an orphan of $orphan" ;; esac
  printf '%-21s %-6s orphans: %s\n' "$mutation" "$result" "${found:-none}"
  if [ "$result" != "$expected" ]; then
    echo "  but it should be $expected" >&2
    wrong=1
  fi
done
rm -rf "$copy"
exit $wrong
