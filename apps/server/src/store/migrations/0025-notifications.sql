-- What devices are told of their challenges: what waits to be sent, and what became of it.
CREATE TABLE notifications (
  service_sid text NOT NULL,
  sid text NOT NULL,
  account_sid text NOT NULL,
  entity_sid text NOT NULL,
  factor_sid text NOT NULL,
  challenge_sid text NOT NULL,
  is_requested boolean NOT NULL,
  ttl_seconds integer NOT NULL,
  status text NOT NULL,
  tries integer NOT NULL,
  error_code text,
  due_at bigint,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (service_sid, sid)
);

CREATE INDEX notifications_by_challenge ON notifications (service_sid, challenge_sid);
CREATE INDEX notifications_by_entity ON notifications (service_sid, entity_sid);
CREATE INDEX notifications_by_factor ON notifications (service_sid, factor_sid);
CREATE INDEX notifications_due ON notifications (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX notifications_by_age ON notifications (created_at);
