-- Who has logged in to the console. `id_hash` is of what the cookie has, which is nowhere here.
CREATE TABLE console_sessions (
  account_sid text NOT NULL,
  id_hash text NOT NULL,
  credential_sid text NOT NULL,
  secret_hash text NOT NULL,
  created_at bigint NOT NULL,
  used_at bigint NOT NULL,
  PRIMARY KEY (account_sid, id_hash)
);

CREATE INDEX console_sessions_by_id ON console_sessions (id_hash);
CREATE INDEX console_sessions_by_age ON console_sessions (created_at);
