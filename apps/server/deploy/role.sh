#!/bin/sh
# Run once by PostgreSQL's image, on a new database: makes the role that serves.
set -e
psql --set ON_ERROR_STOP=1 --set password="$(cat /run/secrets/server-password)" \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE countersign LOGIN PASSWORD :'password';
SQL
