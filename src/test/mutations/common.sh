# What the mutation runs share; to be read with "." after root is set. Each mutation is made in a copy
# of the checkout below target/mutations.
main=src/main/java/io/refkeeper
sql=src/main/resources/sql
out=$root/target/mutations

copy_checkout() { # folder
  rm -rf "$1"
  mkdir -p "$1"
  (cd "$root" && tar cf - --exclude=./target --exclude=./.git --exclude=./var .) | tar xf - -C "$1"
}

edit() { # file, perl expression: must change something
  cp "$1" "$1.orig"
  perl -0pi -e "$2" "$1"
  if cmp -s "$1" "$1.orig"; then
    echo "the mutation no longer fits $1" >&2
    exit 2
  fi
  rm "$1.orig"
}

is_red() { # log, maven's arguments: whether tests failed; a build that fails is no answer
  log=$1
  shift
  if mvn -q -B -o test "$@" >"$log" 2>&1; then
    return 1
  fi
  if ! grep -q 'Tests run:' "$log"; then
    echo "not built, see $log" >&2
    exit 2
  fi
}
