-- Who did what, and when. Entries are added and, when their time is over, deleted; nothing changes one.
CREATE TABLE audit_entries (
  account_sid text NOT NULL,
  created_at bigint NOT NULL,
  sid text NOT NULL,
  actor text NOT NULL,
  address text,
  action text NOT NULL,
  resource_type text NOT NULL,
  resource_sid text,
  before json,
  after json,
  PRIMARY KEY (account_sid, created_at, sid)
);

CREATE INDEX audit_entries_by_resource ON audit_entries (account_sid, resource_sid, created_at, sid);
