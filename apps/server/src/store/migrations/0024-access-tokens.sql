-- What lets an app enrol one device of a person, once and within minutes. The tokens themselves are made again from their SIDs.
CREATE TABLE access_tokens (
  service_sid text NOT NULL,
  sid text NOT NULL,
  account_sid text NOT NULL,
  identity_hash text NOT NULL,
  sealed_parts text NOT NULL,
  ttl integer NOT NULL,
  expires_at bigint NOT NULL,
  used_at bigint,
  created_at bigint NOT NULL,
  PRIMARY KEY (service_sid, sid)
);

CREATE INDEX access_tokens_by_identity ON access_tokens (service_sid, identity_hash, created_at);
CREATE INDEX access_tokens_by_end ON access_tokens (expires_at);
