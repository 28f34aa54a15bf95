-- A device names what it proves itself by, and so does an authenticator of passkeys: by a keyed hash of that name it is found.
ALTER TABLE factors ADD COLUMN credential_hash text;

CREATE UNIQUE INDEX factors_by_credential ON factors (service_sid, credential_hash);
