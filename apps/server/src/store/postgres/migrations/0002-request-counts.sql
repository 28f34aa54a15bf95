-- How many requests of a kind an account made lately.
CREATE TABLE request_counts (
  account_sid text NOT NULL,
  name text NOT NULL,
  windows json NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (account_sid, name)
);

CREATE INDEX request_counts_by_age ON request_counts (updated_at);
