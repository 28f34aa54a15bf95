-- What all processes know of a provider: since when it is paused for an account, or with '' for all, and with '' how it
-- took what it got last.
CREATE TABLE provider_states (
  account_sid text NOT NULL,
  name text NOT NULL,
  paused_at bigint,
  succeeded_at bigint,
  failed_at bigint,
  last_error text,
  PRIMARY KEY (account_sid, name)
);
