-- The people of a service. Each is found by a keyed hash of his identity, which is sealed.
CREATE TABLE entities (
  service_sid text NOT NULL,
  sid text NOT NULL,
  account_sid text NOT NULL,
  identity_hash text NOT NULL,
  sealed_identity text NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (service_sid, sid)
);

CREATE UNIQUE INDEX entities_by_identity ON entities (service_sid, identity_hash);
CREATE INDEX entities_by_time ON entities (service_sid, created_at, sid);
