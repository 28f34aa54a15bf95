-- The limits that starts may name, their buckets, and how far each is used up by one value, of which only a keyed hash
-- is kept until its window ends.
CREATE TABLE rate_limits (
  service_sid text NOT NULL,
  sid text NOT NULL,
  account_sid text NOT NULL,
  unique_name text NOT NULL,
  description text,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (service_sid, sid)
);

CREATE UNIQUE INDEX rate_limits_by_name ON rate_limits (service_sid, unique_name);

CREATE TABLE buckets (
  service_sid text NOT NULL,
  sid text NOT NULL,
  rate_limit_sid text NOT NULL,
  account_sid text NOT NULL,
  max integer NOT NULL,
  interval_seconds integer NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (service_sid, sid)
);

CREATE UNIQUE INDEX buckets_by_interval ON buckets (service_sid, rate_limit_sid, interval_seconds);

CREATE TABLE bucket_counts (
  service_sid text NOT NULL,
  bucket_sid text NOT NULL,
  value_hash text NOT NULL,
  opened_at bigint NOT NULL,
  used integer NOT NULL,
  ends_at bigint NOT NULL,
  PRIMARY KEY (service_sid, bucket_sid, value_hash)
);

CREATE INDEX bucket_counts_by_end ON bucket_counts (ends_at);
