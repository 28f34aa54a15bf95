-- By what people prove who they are. What is secret of a factor, and what tells of a person, is sealed in one text.
CREATE TABLE factors (
  service_sid text NOT NULL,
  sid text NOT NULL,
  account_sid text NOT NULL,
  entity_sid text NOT NULL,
  factor_type text NOT NULL,
  status text NOT NULL,
  sealed_parts text NOT NULL,
  config text NOT NULL,
  tries_at_enrolment integer NOT NULL,
  last_step bigint,
  enrolment_step bigint,
  wrong_tries text NOT NULL,
  expires_at bigint,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (service_sid, sid)
);

CREATE INDEX factors_by_time ON factors (service_sid, entity_sid, created_at, sid);
CREATE INDEX factors_by_end ON factors (expires_at);
