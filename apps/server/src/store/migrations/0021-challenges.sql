-- What was asked of the holders of factors, and how it ended; what was told with it is sealed under the key of its day.
CREATE TABLE challenges (
  service_sid text NOT NULL,
  sid text NOT NULL,
  account_sid text NOT NULL,
  entity_sid text NOT NULL,
  factor_sid text NOT NULL,
  factor_type text NOT NULL,
  status text NOT NULL,
  tries integer NOT NULL,
  expires_at bigint NOT NULL,
  responded_at bigint,
  ends_at bigint NOT NULL,
  sealed_told text,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (service_sid, sid)
);

CREATE INDEX challenges_by_entity ON challenges (service_sid, entity_sid, created_at, sid);
CREATE INDEX challenges_by_factor ON challenges (service_sid, factor_sid, created_at);
CREATE INDEX challenges_by_end ON challenges (ends_at);
