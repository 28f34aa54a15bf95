-- Who took a message or was asked last, how often it was given to a provider, and how many milliseconds after the attempt
-- was made somebody took it, and it was told how it ended.
ALTER TABLE attempts ADD COLUMN provider text;
ALTER TABLE attempts ADD COLUMN tries integer;
ALTER TABLE attempts ADD COLUMN handed_over_ms integer;
ALTER TABLE attempts ADD COLUMN ended_ms integer;

-- Whom a verification is for is found from the latest one of a recipient backwards, without an index on all of them.
ALTER TABLE verifications ADD COLUMN former_sid text;
ALTER TABLE verifications ADD COLUMN country text;

-- Starts that were answered with an error, each under the id of its request.
CREATE TABLE refused_starts (
  account_sid text NOT NULL,
  created_at bigint NOT NULL,
  sid text NOT NULL,
  service_sid text NOT NULL,
  recipient text,
  sealed_recipient text,
  channel text,
  country text,
  error_code integer NOT NULL,
  parameter text,
  PRIMARY KEY (account_sid, created_at, sid)
);

CREATE UNIQUE INDEX refused_starts_by_sid ON refused_starts (account_sid, sid);
CREATE INDEX refused_starts_by_recipient ON refused_starts (account_sid, recipient, created_at, sid)
  WHERE recipient IS NOT NULL;
