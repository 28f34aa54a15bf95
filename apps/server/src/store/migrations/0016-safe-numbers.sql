-- The numbers that accounts' starts are not to be kept from. Each is found by a keyed hash, and sealed.
CREATE TABLE safe_numbers (
  account_sid text NOT NULL,
  recipient text NOT NULL,
  sid text NOT NULL,
  sealed_recipient text NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (account_sid, recipient)
);

CREATE UNIQUE INDEX safe_numbers_by_sid ON safe_numbers (account_sid, sid);
CREATE INDEX safe_numbers_by_time ON safe_numbers (account_sid, created_at, sid);
