-- The database and who logs in to it: one role a service, and one that owns the schema.
--
-- Run once, by psql, as a superuser, before the first migration. The official image does so when it
-- makes a cluster; elsewhere: psql --set=ON_ERROR_STOP=1 --file=infra/postgres/roles.sql
-- The names are those of migration 0001, which makes them without a login where nobody did before.

\getenv owner_password ROLLBOOK_OWNER_PASSWORD
\getenv register_password ROLLBOOK_REGISTER_PASSWORD
\getenv thresholds_password ROLLBOOK_THRESHOLDS_PASSWORD
\getenv notifications_password ROLLBOOK_NOTIFICATIONS_PASSWORD

CREATE ROLE rollbook_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE rollbook_register LOGIN PASSWORD :'register_password';
CREATE ROLE rollbook_thresholds LOGIN PASSWORD :'thresholds_password';
CREATE ROLE rollbook_notifications LOGIN PASSWORD :'notifications_password';

-- `rollbook rebuild` works under the role of the service it rebuilds, and is the owner's to start.
GRANT rollbook_register, rollbook_thresholds, rollbook_notifications
   TO rollbook_owner WITH INHERIT FALSE, SET TRUE;

CREATE DATABASE rollbook OWNER rollbook_owner;

-- By default every role of the cluster may connect, and make temporary tables.
REVOKE ALL ON DATABASE rollbook FROM PUBLIC;
GRANT CONNECT ON DATABASE rollbook
   TO rollbook_register, rollbook_thresholds, rollbook_notifications;
