-- Whom an account has approved, under a keyed hash: the guard never refuses them.
CREATE TABLE known_recipients (
  account_sid text NOT NULL,
  recipient_hash text NOT NULL,
  approved_at bigint NOT NULL,
  PRIMARY KEY (account_sid, recipient_hash)
);

CREATE INDEX known_recipients_by_time ON known_recipients (account_sid, approved_at);

-- How many of the last digits of its numbers a prefix leaves open.
ALTER TABLE prefix_blocks ADD COLUMN open_digits integer NOT NULL DEFAULT 4;
