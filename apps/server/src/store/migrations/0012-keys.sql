-- What a key may do, when it ends and was last used, and the secret before its latest, for as long as both work. What
-- there is already may do what it could.
ALTER TABLE credentials ADD COLUMN friendly_name text;
ALTER TABLE credentials ADD COLUMN scopes text NOT NULL DEFAULT '["start","check","read","manage"]';
ALTER TABLE credentials ADD COLUMN previous_hash text;
ALTER TABLE credentials ADD COLUMN overlap_ends_at bigint;
ALTER TABLE credentials ADD COLUMN rotated_at bigint;
ALTER TABLE credentials ADD COLUMN expires_at bigint;
ALTER TABLE credentials ADD COLUMN last_used_at bigint;
