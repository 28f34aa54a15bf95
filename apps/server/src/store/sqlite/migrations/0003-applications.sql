-- A v1 application is a service seen through an API key: one at most for each. The unique indexes find what a key belongs
-- to; the key itself stands nowhere.

CREATE TABLE applications (
  service_sid TEXT NOT NULL PRIMARY KEY,
  account_sid TEXT NOT NULL,
  id INTEGER NOT NULL,
  api_key_hash TEXT NOT NULL,
  app_api_key_hash TEXT NOT NULL,
  sealed_signing_key TEXT NOT NULL,
  state TEXT NOT NULL, -- JSON
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX applications_by_api_key ON applications (api_key_hash);
CREATE UNIQUE INDEX applications_by_app_api_key ON applications (app_api_key_hash);
CREATE INDEX applications_by_account ON applications (account_sid, created_at);

CREATE TABLE signature_nonces (
  service_sid TEXT NOT NULL,
  hash TEXT NOT NULL,
  used_at INTEGER NOT NULL,
  PRIMARY KEY (service_sid, hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX signature_nonces_by_time ON signature_nonces (service_sid, used_at);

CREATE TABLE integration_keys (
  account_sid TEXT NOT NULL,
  key_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account_sid, key_hash)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX integration_keys_by_hash ON integration_keys (key_hash);

CREATE TABLE webhook_deliveries (
  service_sid TEXT NOT NULL,
  sid TEXT NOT NULL,
  account_sid TEXT NOT NULL,
  webhook_id TEXT NOT NULL,
  payload TEXT NOT NULL, -- JSON
  created_at INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  due_at INTEGER, -- when it may be claimed; null once it was given up
  parked_at INTEGER,
  error TEXT,
  PRIMARY KEY (service_sid, sid)
) STRICT, WITHOUT ROWID;

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_parked ON webhook_deliveries (account_sid, parked_at) WHERE parked_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);
