-- What callers call their verifications by: each tag sealed under the key of its day, with a keyed hash that it is found by.
CREATE TABLE verification_tags (
  service_sid text NOT NULL,
  verification_sid text NOT NULL,
  place integer NOT NULL,
  tag_hash text NOT NULL,
  sealed text NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (service_sid, verification_sid, place)
);

CREATE INDEX verification_tags_by_hash ON verification_tags (service_sid, tag_hash, verification_sid);
CREATE INDEX verification_tags_by_time ON verification_tags (created_at);
