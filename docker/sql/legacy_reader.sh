#!/bin/sh
# Makes the account that syncs read with: SELECT, nothing else. MySQL's image runs it once.
set -eu
mysql --user=root --password="$MYSQL_ROOT_PASSWORD" <<SQL
create user 'reader'@'%' identified by '$LEGACY_PASSWORD';
grant select on annuity_hub.* to 'reader'@'%';
grant select on enterprise.* to 'reader'@'%';
SQL
