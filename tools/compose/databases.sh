#!/bin/bash
# Run once by the PostGIS image, on an empty volume: a database and a role for each service. The roles are no
# superusers and do not pass by row level security; PostGIS is made here because they may not.
set -euo pipefail

for service in faults refunds parking desk web; do
  password="${service^^}_DATABASE_PASSWORD"
  psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres -v name="$service" -v password="${!password}" <<'SQL'
CREATE ROLE :"name" LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d parking -c 'CREATE EXTENSION postgis'
