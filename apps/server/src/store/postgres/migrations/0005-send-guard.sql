-- How often something happened to an account in a window of time, and for number prefixes how often an approval followed.
-- The name of a counter begins with the time of its window. Nobody locks a counter before it is added to: whoever adds
-- what would be too much is refused by the check, and decides again.
CREATE TABLE guard_counts (
  account_sid text NOT NULL,
  counter text NOT NULL,
  used integer NOT NULL,
  approved integer NOT NULL,
  used_max integer,
  PRIMARY KEY (account_sid, counter),
  CONSTRAINT guard_counts_used CHECK (used <= used_max)
) WITH (fillfactor = 70);

-- Number prefixes that are not sent to, and those that were not lately.
CREATE TABLE prefix_blocks (
  account_sid text NOT NULL,
  prefix text NOT NULL,
  blocked_at bigint NOT NULL,
  blocked_until bigint NOT NULL,
  times integer NOT NULL,
  starts integer NOT NULL,
  approvals integer NOT NULL,
  PRIMARY KEY (account_sid, prefix)
);
