-- How often a message was given to a channel or was about to be, and why the last try failed.
ALTER TABLE outbox ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN error_code TEXT;

-- What a receipt names the message by.
ALTER TABLE attempts ADD COLUMN reference TEXT;
CREATE INDEX attempts_by_reference ON attempts (reference) WHERE reference IS NOT NULL;
