-- Recipients stand sealed under the key of a day, which is erased some time after everything that it sealed; `recipient`
-- is a keyed hash of one from now on. Of a number everything but the last four digits is kept beside it, to find it by.
-- `sealed` is JSON so that no statistics are kept of it, which would outlive it.
CREATE TABLE day_keys (
  day bigint NOT NULL,
  secret_id text NOT NULL,
  sealed json NOT NULL,
  PRIMARY KEY (day, secret_id)
);

ALTER TABLE verifications ADD COLUMN sealed_recipient text;
CREATE INDEX verifications_unsealed ON verifications (service_sid, sid) WHERE sealed_recipient IS NULL;

ALTER TABLE attempts ADD COLUMN sealed_recipient text;
ALTER TABLE attempts ADD COLUMN recipient_prefix text;
CREATE INDEX attempts_unsealed ON attempts (service_sid, sid) WHERE sealed_recipient IS NULL AND recipient IS NOT NULL;
