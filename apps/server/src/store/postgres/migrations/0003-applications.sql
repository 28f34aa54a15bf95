-- A v1 application is a service seen through an API key: one at most for each. The unique indexes find what a key belongs
-- to; the key itself stands nowhere.

CREATE TABLE applications (
  service_sid text PRIMARY KEY,
  account_sid text NOT NULL,
  id integer NOT NULL,
  api_key_hash text NOT NULL,
  app_api_key_hash text NOT NULL,
  sealed_signing_key text NOT NULL,
  state json NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL
);

CREATE UNIQUE INDEX applications_by_api_key ON applications (api_key_hash);
CREATE UNIQUE INDEX applications_by_app_api_key ON applications (app_api_key_hash);
CREATE INDEX applications_by_account ON applications (account_sid, created_at);

CREATE TABLE signature_nonces (
  service_sid text NOT NULL,
  hash text NOT NULL,
  used_at bigint NOT NULL,
  PRIMARY KEY (service_sid, hash)
);

CREATE INDEX signature_nonces_by_time ON signature_nonces (service_sid, used_at);

CREATE TABLE integration_keys (
  account_sid text NOT NULL,
  key_hash text NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (account_sid, key_hash)
);

CREATE UNIQUE INDEX integration_keys_by_hash ON integration_keys (key_hash);

-- `due_at` is null once a delivery was given up.
CREATE TABLE webhook_deliveries (
  service_sid text NOT NULL,
  sid text NOT NULL,
  account_sid text NOT NULL,
  webhook_id text NOT NULL,
  payload json NOT NULL,
  created_at bigint NOT NULL,
  tries integer NOT NULL,
  due_at bigint,
  parked_at bigint,
  error text,
  PRIMARY KEY (service_sid, sid)
);

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_parked ON webhook_deliveries (account_sid, parked_at) WHERE parked_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);
