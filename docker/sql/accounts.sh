#!/bin/sh
# Makes the accounts of compose.yaml in the roles of roles.sql; PostgreSQL's image runs it once, on
# an empty volume. Passwords come from the environment.
set -eu
psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set owner="$REFKEEPER_OWNER_PASSWORD" \
  --set service="$REFKEEPER_SERVICE_PASSWORD" \
  --set monitoring="$REFKEEPER_MONITORING_PASSWORD" <<'SQL'
create role refkeeper_migration login password :'owner' in role refkeeper_owner;
-- what a migration makes belongs to the role, not to the account
alter role refkeeper_migration set role = refkeeper_owner;
create role refkeeper_service login password :'service'
  in role refkeeper_loader, refkeeper_sync, refkeeper_relay, refkeeper_governance;
alter role refkeeper_service set search_path = pg_catalog, pg_temp;
create role refkeeper_monitor login password :'monitoring' in role refkeeper_monitoring;
alter role refkeeper_monitor set search_path = pg_catalog, pg_temp;
SQL
