-- How often something happened to an account in a window of time, and for number prefixes how often an approval followed.
-- The name of a counter begins with the time of its window, so that those of one window stand, and are erased, together.
CREATE TABLE guard_counts (
  account_sid TEXT NOT NULL,
  counter TEXT NOT NULL,
  used INTEGER NOT NULL,
  approved INTEGER NOT NULL,
  PRIMARY KEY (account_sid, counter)
) STRICT, WITHOUT ROWID;

-- Number prefixes that are not sent to, and those that were not lately.
CREATE TABLE prefix_blocks (
  account_sid TEXT NOT NULL,
  prefix TEXT NOT NULL,
  blocked_at INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL,
  times INTEGER NOT NULL,
  starts INTEGER NOT NULL,
  approvals INTEGER NOT NULL,
  PRIMARY KEY (account_sid, prefix)
) STRICT, WITHOUT ROWID;
