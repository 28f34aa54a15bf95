-- How often a message was given to a channel or was about to be, and why the last try failed.
ALTER TABLE outbox ADD COLUMN tries integer NOT NULL DEFAULT 0, ADD COLUMN error_code text;

-- What a receipt names the message by.
ALTER TABLE attempts ADD COLUMN reference text;
CREATE INDEX attempts_by_reference ON attempts (reference) WHERE reference IS NOT NULL;
