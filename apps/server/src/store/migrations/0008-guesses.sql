-- When checks of a recipient were refused, in all services of an account: the last hundred, latest first, 13 digits each.
-- Of the recipient there is only a keyed hash.
CREATE TABLE refused_checks (
  account_sid text NOT NULL,
  recipient_hash text NOT NULL,
  times text NOT NULL,
  refused_at bigint NOT NULL,
  PRIMARY KEY (account_sid, recipient_hash)
);

CREATE INDEX refused_checks_by_time ON refused_checks (refused_at);

-- How checks of an account ended, in windows of two minutes. A window has several rows, so that few wait for the same.
CREATE TABLE check_counts (
  account_sid text NOT NULL,
  opened_at bigint NOT NULL,
  part integer NOT NULL,
  refused integer NOT NULL,
  approved integer NOT NULL,
  PRIMARY KEY (account_sid, opened_at, part)
);

-- Accounts with so many more refused checks than approvals that somebody seems to try codes on many recipients.
CREATE TABLE sprays (
  account_sid text NOT NULL PRIMARY KEY,
  noticed_at bigint NOT NULL,
  ends_at bigint NOT NULL
);
