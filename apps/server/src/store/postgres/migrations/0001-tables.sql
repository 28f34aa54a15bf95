-- Every primary key begins with the sid of the service or the account that owns the row, no sequence is shared and no
-- foreign key crosses tables, so that the tables can be distributed by that sid. Times are milliseconds since 1970.

CREATE TABLE accounts (
  sid text PRIMARY KEY,
  friendly_name text NOT NULL,
  created_at bigint NOT NULL
);

CREATE TABLE credentials (
  account_sid text NOT NULL,
  sid text NOT NULL,
  secret_hash text NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (account_sid, sid)
);

CREATE UNIQUE INDEX credentials_by_sid ON credentials (sid);

CREATE TABLE services (
  sid text PRIMARY KEY,
  account_sid text NOT NULL,
  settings json NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL
);

CREATE INDEX services_by_account ON services (account_sid, created_at, sid);

-- `revision` counts the writes to a row. Locks keep two writers apart; should they ever fail to, the check on it refuses
-- the second writer, who then decides again.
CREATE TABLE verifications (
  service_sid text NOT NULL,
  sid text NOT NULL,
  account_sid text NOT NULL,
  recipient text NOT NULL,
  lock_key bigint NOT NULL,
  is_latest boolean NOT NULL,
  revision integer NOT NULL CONSTRAINT verifications_revision CHECK (revision > 0),
  channel text NOT NULL,
  status text NOT NULL,
  code json,
  amount text,
  payee text,
  attempts json NOT NULL,
  checks integer NOT NULL,
  sna json,
  lookup json,
  events text NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (service_sid, sid)
) WITH (fillfactor = 50);

CREATE UNIQUE INDEX verifications_latest ON verifications (service_sid, recipient) WHERE is_latest;

CREATE INDEX verifications_by_age ON verifications (created_at);

CREATE TABLE attempts (
  service_sid text NOT NULL,
  sid text NOT NULL,
  account_sid text NOT NULL,
  verification_sid text NOT NULL,
  recipient text,
  channel text NOT NULL,
  is_converted boolean NOT NULL,
  status text NOT NULL,
  error_code text,
  country text,
  code_length integer NOT NULL,
  locale text,
  lookup json,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (service_sid, sid)
) WITH (fillfactor = 50);

CREATE INDEX attempts_by_account ON attempts (account_sid, created_at, sid);
CREATE INDEX attempts_by_sid ON attempts (account_sid, sid);

CREATE TABLE outbox (
  service_sid text NOT NULL,
  attempt_sid text NOT NULL,
  account_sid text NOT NULL,
  channel text NOT NULL,
  sealed text NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  due_at bigint NOT NULL,
  PRIMARY KEY (service_sid, attempt_sid)
);

CREATE INDEX outbox_due ON outbox (due_at);
