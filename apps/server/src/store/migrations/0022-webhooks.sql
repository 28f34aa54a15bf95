-- What hears of the factors and challenges of which service.
CREATE TABLE webhooks (
  service_sid text NOT NULL,
  sid text NOT NULL,
  account_sid text NOT NULL,
  friendly_name text NOT NULL,
  event_types text NOT NULL,
  status text NOT NULL,
  version text NOT NULL,
  webhook_url text NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (service_sid, sid)
);

-- What the posts to an account's webhooks are signed with, sealed.
CREATE TABLE signing_secrets (
  account_sid text NOT NULL PRIMARY KEY,
  sealed_secret text NOT NULL,
  sealed_former text,
  former_ends_at bigint
);
