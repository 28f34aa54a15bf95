-- By which SMS route a service sends to which country.
CREATE TABLE messaging_configurations (
  service_sid text NOT NULL,
  sid text NOT NULL,
  account_sid text NOT NULL,
  country text NOT NULL,
  messaging_service_sid text NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (service_sid, sid)
);

CREATE UNIQUE INDEX messaging_configurations_by_country ON messaging_configurations (service_sid, country);
