-- How many requests of a kind an account made lately.
CREATE TABLE request_counts (
  account_sid TEXT NOT NULL,
  name TEXT NOT NULL,
  windows TEXT NOT NULL, -- JSON
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (account_sid, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX request_counts_by_age ON request_counts (updated_at);
