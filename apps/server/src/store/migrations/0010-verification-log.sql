-- Who took a message or was asked last, how often it was given to a provider, and how many milliseconds after the attempt
-- was made somebody took it, and it was told how it ended.
ALTER TABLE attempts ADD COLUMN provider text;
ALTER TABLE attempts ADD COLUMN tries integer;
ALTER TABLE attempts ADD COLUMN handed_over_ms integer;
ALTER TABLE attempts ADD COLUMN ended_ms integer;

-- Whom a verification is for is found from the latest one of a recipient backwards, without an index on all of them.
ALTER TABLE verifications ADD COLUMN former_sid text;
ALTER TABLE verifications ADD COLUMN country text;
