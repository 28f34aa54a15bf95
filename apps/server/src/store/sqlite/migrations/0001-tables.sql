-- Every primary key begins with the sid of the service or the account that owns the row. Times are milliseconds since 1970.

CREATE TABLE accounts (
  sid TEXT NOT NULL PRIMARY KEY,
  friendly_name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE credentials (
  account_sid TEXT NOT NULL,
  sid TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account_sid, sid)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX credentials_by_sid ON credentials (sid);

CREATE TABLE services (
  sid TEXT NOT NULL PRIMARY KEY,
  account_sid TEXT NOT NULL,
  settings TEXT NOT NULL, -- JSON
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX services_by_account ON services (account_sid, created_at, sid);

-- A table with a rowid, so that new rows and those that change soon after stand together on few pages: a commit writes
-- whole pages.
CREATE TABLE verifications (
  service_sid TEXT NOT NULL,
  sid TEXT NOT NULL,
  recipient TEXT NOT NULL,
  is_latest INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL, -- or when the window will end
  state TEXT NOT NULL, -- JSON of the verification; the columns are for finding it
  events TEXT NOT NULL, -- JSON lines, so that one is appended without reading the others
  PRIMARY KEY (service_sid, sid)
) STRICT;

CREATE UNIQUE INDEX verifications_latest ON verifications (service_sid, recipient) WHERE is_latest;
CREATE INDEX verifications_by_age ON verifications (created_at);

-- Stands in the order in which it is listed.
CREATE TABLE attempts (
  account_sid TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  sid TEXT NOT NULL,
  service_sid TEXT NOT NULL,
  verification_sid TEXT NOT NULL,
  recipient TEXT,
  channel TEXT NOT NULL,
  is_converted INTEGER NOT NULL,
  status TEXT NOT NULL,
  error_code TEXT,
  country TEXT,
  code_length INTEGER NOT NULL,
  locale TEXT,
  lookup TEXT, -- JSON
  updated_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (account_sid, created_at, sid)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX attempts_by_sid ON attempts (sid);

CREATE TABLE outbox (
  service_sid TEXT NOT NULL,
  attempt_sid TEXT NOT NULL,
  account_sid TEXT NOT NULL,
  channel TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL, -- when it may be claimed
  PRIMARY KEY (service_sid, created_at, attempt_sid)
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_due ON outbox (due_at);
