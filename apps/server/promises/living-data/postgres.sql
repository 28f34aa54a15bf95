CREATE TABLE migrations (name text PRIMARY KEY);
-- Every primary key begins with the sid of the service or the account that owns the row, no sequence is shared and no
-- foreign key crosses tables, so that the tables can be distributed by that sid. Times are milliseconds since 1970.

CREATE TABLE accounts (
  sid text PRIMARY KEY,
  friendly_name text NOT NULL,
  created_at bigint NOT NULL
);

CREATE TABLE credentials (
  account_sid text NOT NULL,
  sid text NOT NULL,
  secret_hash text NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (account_sid, sid)
);

CREATE UNIQUE INDEX credentials_by_sid ON credentials (sid);

CREATE TABLE services (
  sid text PRIMARY KEY,
  account_sid text NOT NULL,
  settings json NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL
);

CREATE INDEX services_by_account ON services (account_sid, created_at, sid);

-- `revision` counts the writes to a row. Locks keep two writers apart; should they ever fail to, the check on it refuses
-- the second writer, who then decides again.
CREATE TABLE verifications (
  service_sid text NOT NULL,
  sid text NOT NULL,
  account_sid text NOT NULL,
  recipient text NOT NULL,
  lock_key bigint NOT NULL,
  is_latest boolean NOT NULL,
  revision integer NOT NULL CONSTRAINT verifications_revision CHECK (revision > 0),
  channel text NOT NULL,
  status text NOT NULL,
  code json,
  amount text,
  payee text,
  attempts json NOT NULL,
  checks integer NOT NULL,
  sna json,
  lookup json,
  events text NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (service_sid, sid)
) WITH (fillfactor = 50);

CREATE UNIQUE INDEX verifications_latest ON verifications (service_sid, recipient) WHERE is_latest;

CREATE INDEX verifications_by_age ON verifications (created_at);

CREATE TABLE attempts (
  service_sid text NOT NULL,
  sid text NOT NULL,
  account_sid text NOT NULL,
  verification_sid text NOT NULL,
  recipient text,
  channel text NOT NULL,
  is_converted boolean NOT NULL,
  status text NOT NULL,
  error_code text,
  country text,
  code_length integer NOT NULL,
  locale text,
  lookup json,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (service_sid, sid)
) WITH (fillfactor = 50);

CREATE INDEX attempts_by_account ON attempts (account_sid, created_at, sid);
CREATE INDEX attempts_by_sid ON attempts (account_sid, sid);

CREATE TABLE outbox (
  service_sid text NOT NULL,
  attempt_sid text NOT NULL,
  account_sid text NOT NULL,
  channel text NOT NULL,
  sealed text NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  due_at bigint NOT NULL,
  PRIMARY KEY (service_sid, attempt_sid)
);

CREATE INDEX outbox_due ON outbox (due_at);

-- How many requests of a kind an account made lately.
CREATE TABLE request_counts (
  account_sid text NOT NULL,
  name text NOT NULL,
  windows json NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (account_sid, name)
);

CREATE INDEX request_counts_by_age ON request_counts (updated_at);

-- A v1 application is a service seen through an API key: one at most for each. The unique indexes find what a key belongs
-- to; the key itself stands nowhere.

CREATE TABLE applications (
  service_sid text PRIMARY KEY,
  account_sid text NOT NULL,
  id integer NOT NULL,
  api_key_hash text NOT NULL,
  app_api_key_hash text NOT NULL,
  sealed_signing_key text NOT NULL,
  state json NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL
);

CREATE UNIQUE INDEX applications_by_api_key ON applications (api_key_hash);
CREATE UNIQUE INDEX applications_by_app_api_key ON applications (app_api_key_hash);
CREATE INDEX applications_by_account ON applications (account_sid, created_at);

CREATE TABLE signature_nonces (
  service_sid text NOT NULL,
  hash text NOT NULL,
  used_at bigint NOT NULL,
  PRIMARY KEY (service_sid, hash)
);

CREATE INDEX signature_nonces_by_time ON signature_nonces (service_sid, used_at);

CREATE TABLE integration_keys (
  account_sid text NOT NULL,
  key_hash text NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (account_sid, key_hash)
);

CREATE UNIQUE INDEX integration_keys_by_hash ON integration_keys (key_hash);

-- `due_at` is null once a delivery was given up.
CREATE TABLE webhook_deliveries (
  service_sid text NOT NULL,
  sid text NOT NULL,
  account_sid text NOT NULL,
  webhook_id text NOT NULL,
  payload json NOT NULL,
  created_at bigint NOT NULL,
  tries integer NOT NULL,
  due_at bigint,
  parked_at bigint,
  error text,
  PRIMARY KEY (service_sid, sid)
);

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_parked ON webhook_deliveries (account_sid, parked_at) WHERE parked_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);

-- How often a message was given to a channel or was about to be, and why the last try failed.
ALTER TABLE outbox ADD COLUMN tries integer NOT NULL DEFAULT 0, ADD COLUMN error_code text;

-- What a receipt names the message by.
ALTER TABLE attempts ADD COLUMN reference text;
CREATE INDEX attempts_by_reference ON attempts (reference) WHERE reference IS NOT NULL;

-- How often something happened to an account in a window of time, and for number prefixes how often an approval followed.
-- The name of a counter begins with the time of its window. Nobody locks a counter before it is added to: whoever adds
-- what would be too much is refused by the check, and decides again.
CREATE TABLE guard_counts (
  account_sid text NOT NULL,
  counter text NOT NULL,
  used integer NOT NULL,
  approved integer NOT NULL,
  used_max integer,
  PRIMARY KEY (account_sid, counter),
  CONSTRAINT guard_counts_used CHECK (used <= used_max)
) WITH (fillfactor = 70);

-- Number prefixes that are not sent to, and those that were not lately.
CREATE TABLE prefix_blocks (
  account_sid text NOT NULL,
  prefix text NOT NULL,
  blocked_at bigint NOT NULL,
  blocked_until bigint NOT NULL,
  times integer NOT NULL,
  starts integer NOT NULL,
  approvals integer NOT NULL,
  PRIMARY KEY (account_sid, prefix)
);

INSERT INTO migrations SELECT * FROM json_populate_record(NULL::migrations, '{"name":"0001-tables.sql"}');
INSERT INTO migrations SELECT * FROM json_populate_record(NULL::migrations, '{"name":"0002-request-counts.sql"}');
INSERT INTO migrations SELECT * FROM json_populate_record(NULL::migrations, '{"name":"0003-applications.sql"}');
INSERT INTO migrations SELECT * FROM json_populate_record(NULL::migrations, '{"name":"0004-outbox-tries.sql"}');
INSERT INTO migrations SELECT * FROM json_populate_record(NULL::migrations, '{"name":"0005-send-guard.sql"}');
INSERT INTO accounts SELECT * FROM json_populate_record(NULL::accounts, '{"sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","friendly_name":"Other","created_at":1795932245671}');
INSERT INTO credentials SELECT * FROM json_populate_record(NULL::credentials, '{"account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","secret_hash":"diRW_WoQEK8btW2rAgxkkg._FEJm8CxExJJkSaN0MQVVGCd7nApXy68TXWzTRn3MnA","created_at":1795932245671}');
INSERT INTO credentials SELECT * FROM json_populate_record(NULL::credentials, '{"account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","sid":"SK00000000000000000000000000000abc","secret_hash":"MF5Na9b1WweNFoJo7SnLjA.-W9hzNDHOGKWd-eLNPUBKgOEMS55aTuc9PduTgV4rJs","created_at":1795932246002}');
INSERT INTO services SELECT * FROM json_populate_record(NULL::services, '{"sid":"VA01a225e74f138e69c03f12b15ce6342a","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","settings":{"friendlyName":"Acme","codeLength":6,"lookupEnabled":true,"psd2Enabled":false,"skipSmsToLandlines":false,"dtmfInputRequired":true,"ttsName":null,"doNotShareWarningEnabled":false,"customCodeEnabled":false,"defaultTemplateSid":null,"verifyEventSubscriptionEnabled":false,"push":{"includeDate":null,"apnCredentialSid":null,"fcmCredentialSid":null},"totp":{"issuer":null,"timeStep":null,"codeLength":null,"skew":null},"whatsapp":{"msgServiceSid":null,"from":null},"passkeys":{"relyingParty":{"id":null,"name":null,"origins":null},"authenticatorAttachment":null,"discoverableCredentials":null,"userVerification":null}},"created_at":1795932245779,"updated_at":1795932245779}');
INSERT INTO verifications SELECT * FROM json_populate_record(NULL::verifications, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","sid":"VE01a225e74f243601ea93247c17b9de71","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","recipient":"+14155552671","lock_key":-4654718016752919768,"is_latest":true,"revision":4,"channel":"sms","status":"pending","code":{"mac":"3K0_XFLfsgCfZjtFS8h36gypx48218L1yk-xxmi2UTs","sealed":"PSqW4z6lZJwV1S8SACcnvVNyAXLu6vBjijhygDbP6dK7cQ","keyId":"eN7YROQo","length":6},"amount":null,"payee":null,"attempts":[{"sid":"VL01a225e74f2409fd8c1cb2359caf237a","channel":"sms","at":1795932245814}],"checks":3,"sna":null,"lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"events":"1795932245814 started\n1795932245814 sent\n1795932245863 check_refused\n1795932245868 check_refused\n1795932245872 check_refused\n","created_at":1795932245814,"updated_at":1795932245872,"expires_at":1795932845814}');
INSERT INTO verifications SELECT * FROM json_populate_record(NULL::verifications, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","sid":"VE01a225e74f3d6107f4e5a28094eb0a14","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","recipient":"+14155552672","lock_key":-5536409888917177138,"is_latest":true,"revision":5,"channel":"sms","status":"pending","code":{"mac":"cuTzJTx02B8Ry7uPYWzXnaDp3gOPGMTd3HnQxYBg1Rg","sealed":"ywn9FmHBa5ddyBJG7OnkmfXPmIMHSA-vOZ23zD1GOYqNvw","keyId":"eN7YROQo","length":6},"amount":null,"payee":null,"attempts":[{"sid":"VL01a225e74f3d7c4f3cd194f14e96f18b","channel":"sms","at":1795932245823}],"checks":4,"sna":null,"lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"events":"1795932245823 started\n1795932245823 sent\n1795932245878 check_refused\n1795932245882 check_refused\n1795932245886 check_refused\n1795932245890 check_refused\n","created_at":1795932245823,"updated_at":1795932245890,"expires_at":1795932845823}');
INSERT INTO verifications SELECT * FROM json_populate_record(NULL::verifications, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","sid":"VE01a225e74f4b93cc83f9ee1f946f4c1b","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","recipient":"+14155552674","lock_key":-6438799758267817519,"is_latest":true,"revision":2,"channel":"sms","status":"approved","code":null,"amount":null,"payee":null,"attempts":[{"sid":"VL01a225e74f4b8e6271bbc115bd3ce311","channel":"sms","at":1795932245836}],"checks":0,"sna":null,"lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"events":"1795932245836 started\n1795932245836 sent\n1795932245931 approved\n","created_at":1795932245836,"updated_at":1795932245931,"expires_at":1795932845836}');
INSERT INTO verifications SELECT * FROM json_populate_record(NULL::verifications, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","sid":"VE01a225e74f4567ef89078f76e575e6e7","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","recipient":"+14155552673","lock_key":6097450862882576261,"is_latest":true,"revision":6,"channel":"sms","status":"max_attempts_reached","code":null,"amount":null,"payee":null,"attempts":[{"sid":"VL01a225e74f44132e9de7380fcb622105","channel":"sms","at":1795932245831}],"checks":5,"sna":null,"lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"events":"1795932245831 started\n1795932245831 sent\n1795932245893 check_refused\n1795932245897 check_refused\n1795932245906 check_refused\n1795932245912 check_refused\n1795932245924 locked\n","created_at":1795932245831,"updated_at":1795932245924,"expires_at":1795932845831}');
INSERT INTO verifications SELECT * FROM json_populate_record(NULL::verifications, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","sid":"VE01a225e74f5399a75ac39e0e288b7fb8","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","recipient":"+14155552675","lock_key":-1925291891490625459,"is_latest":true,"revision":3,"channel":"sms","status":"canceled","code":null,"amount":null,"payee":null,"attempts":[{"sid":"VL01a225e74f53decde0ed2d8fe8bd48bd","channel":"sms","at":1795932245845},{"sid":"VL01a225e74faead036eac6f1aecd4b192","channel":"sms","at":1795932245935}],"checks":0,"sna":null,"lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"events":"1795932245845 started\n1795932245845 sent\n1795932245935 sent\n1795932245950 canceled\n","created_at":1795932245845,"updated_at":1795932245950,"expires_at":1795932845845}');
INSERT INTO verifications SELECT * FROM json_populate_record(NULL::verifications, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","sid":"VE01a225e750106a308c8fad478d7b0228","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","recipient":"+14155552678","lock_key":1698563857811485760,"is_latest":true,"revision":1,"channel":"sms","status":"pending","code":{"mac":"PLdyzsW0L1AjBLuN5phkpMzG2YUlUPrDNZFnOe2iAWM","sealed":"_AHVaFYSXGExxGiWKwVm49Ht3l9YkzpbGS8M8xjySmw","keyId":"eN7YROQo","length":4},"amount":null,"payee":null,"attempts":[{"sid":"VL01a225e750102a8d1e5fa4ffad5c2a43","channel":"sms","at":1795932246034}],"checks":0,"sna":null,"lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"events":"1795932246034 started\n1795932246034 sent\n","created_at":1795932246034,"updated_at":1795932246034,"expires_at":1795932846034}');
INSERT INTO verifications SELECT * FROM json_populate_record(NULL::verifications, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","sid":"VE01a225e7501c91aa68e2bed845c2a968","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","recipient":"+14155552676","lock_key":272492017070759610,"is_latest":true,"revision":1,"channel":"sms","status":"pending","code":{"mac":"cHQkqEC6zJ4w7EexguQ-D8CuA6Hls4JNdT0zFMIppsQ","sealed":"4P45WNyJ12AZ5ywJlSYWPr57ReDqta6Hlv15RKzCoCxdWQ","keyId":"eN7YROQo","length":6},"amount":null,"payee":null,"attempts":[{"sid":"VL01a225e7501ba01ee2cf1463e0a3fe7e","channel":"sms","at":1795932246045}],"checks":0,"sna":null,"lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"events":"1795932246045 started\n1795932246045 sent\n","created_at":1795932246045,"updated_at":1795932246045,"expires_at":1795932846045}');
INSERT INTO request_counts SELECT * FROM json_populate_record(NULL::request_counts, '{"account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","name":"listAttempts","windows":[{"openedAt":1795932245957,"requests":1}],"updated_at":1795932245957}');
INSERT INTO applications SELECT * FROM json_populate_record(NULL::applications, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","id":1091096323,"api_key_hash":"2Ws8fCPpjF0pGUrvvXWYJmlMN8E8HLEZLylcA2U8aoA","app_api_key_hash":"n1NhHvZhbVLtgMKklwR_DiIb-v7odnwca5WF17jiz6k","sealed_signing_key":"eN7YROQo.FBy9D2Px5h8yWu51OwdsudEcIJaAZk0YK9AEtDhfGYYGOEZzNHr_XAEJWDlfWLK9L-bUwC3Y51xp297f","state":{"plan":"pay_as_you_go","isSuspended":false,"smsEnabled":true,"phoneCallsEnabled":true,"oneTouchEnabled":false,"oneTouchCallback":null,"webhooks":[{"id":"WH_3d8ff12e-9445-4ca7-f263-3e4297a1ef1e","name":"all","url":"https://hooks.invalid/countersign","events":["phone_verification_started","phone_verification_code_is_valid"],"sealedSigningKey":"eN7YROQo.ykdTwHOmR-FOdUlRrE8bUc0TbswJJpFmgu09hZnBvydooZftV_DJMH7YXS4F64SNGHZIQLU4SlUz8TdkPLwcdg","createdAt":1795932246017}],"contact":null,"accessKeys":[{"id":"AK_e1e5e8d9-19e2-ff20-f543-2df5a87750c7","name":"first","permission":"admin","keyHash":"sQcYUGNSL7RradcsnkQuTsVZvSr4FDb2ItCxIgtRYDc","createdAt":1795932245982}]},"created_at":1795932245982,"updated_at":1795932246017}');
INSERT INTO signature_nonces SELECT * FROM json_populate_record(NULL::signature_nonces, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","hash":"BjJfVdQIQfIsnXI-j8QnLa617rKdV7z_4_DO7jl0jN4","used_at":1795932246010}');
INSERT INTO integration_keys SELECT * FROM json_populate_record(NULL::integration_keys, '{"account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","key_hash":"FQ2K8q5f5NUf7HgSeFRTr_DBXmicaBbLQzLo-zTDC3Q","created_at":1795932246001}');
INSERT INTO webhook_deliveries SELECT * FROM json_populate_record(NULL::webhook_deliveries, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","sid":"WD01a225e750138e677f50ba15d3c4f12a","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","webhook_id":"WH_3d8ff12e-9445-4ca7-f263-3e4297a1ef1e","payload":{"event":"phone_verification_started","objects":{"app":{"s_account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","s_device_app":null,"s_id":"1091096323","s_type":"full"},"phone_verification":{"i_code_length":4,"s_country_code":"1","s_id":"01a225e7-5010-6a30-8c8f-ad478d7b0228","s_line_type":"mobile","s_locale":"en","s_mccmnc":null,"s_phone_number":"4155552678","i_seconds_to_expire":599,"s_status":"pending","s_via":"sms"}},"request":{"id":"RQd0c40d962f0344a6b513c8180b735145","ip":"127.0.0.1"},"time":"2026-11-29T06:04:06.034Z"},"created_at":1795932246034,"tries":1,"due_at":1795932257667,"parked_at":null,"error":"ENOTFOUND"}');
INSERT INTO outbox SELECT * FROM json_populate_record(NULL::outbox, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","attempt_sid":"VL01a225e7501ba01ee2cf1463e0a3fe7e","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","channel":"sms","sealed":"eN7YROQo.-1zCqqNAe9iGTgIGiQdpwx09fzo4TTWnW3hPk8tCcColZcnHLGer8sXw0wLjfxKhP9sP4gbzlbsnm2NldPvotSjx-RUmxVvWA_4kw5M-2T3GHVrl1lRUDAyv4PBaNKNMgKuU8679KjaYCs6zc7CcqnlgtI7da8QUHzskHgRKU0KWDIN58LjsYuoGk8jTfcoF2UDqtc9cdEt-7Q2zNuBzjRVG3KQcvemBUhB5l-fz5CrcYCL3RyKB7s9KR1Rpg0_1FjCBVCy-2exmTzk3S4kfY8d1B1reGA_P","created_at":1795932246045,"expires_at":1795932846045,"due_at":1795932246045,"tries":0,"error_code":null}');
INSERT INTO attempts SELECT * FROM json_populate_record(NULL::attempts, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","sid":"VL01a225e74f2409fd8c1cb2359caf237a","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","verification_sid":"VE01a225e74f243601ea93247c17b9de71","recipient":"+14155552671","channel":"sms","is_converted":false,"status":"delivered","error_code":null,"country":"US","code_length":6,"locale":"en","lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"created_at":1795932245814,"updated_at":1795932245852,"expires_at":1795932845814,"reference":null}');
INSERT INTO attempts SELECT * FROM json_populate_record(NULL::attempts, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","sid":"VL01a225e74f3d7c4f3cd194f14e96f18b","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","verification_sid":"VE01a225e74f3d6107f4e5a28094eb0a14","recipient":"+14155552672","channel":"sms","is_converted":false,"status":"delivered","error_code":null,"country":"US","code_length":6,"locale":"en","lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"created_at":1795932245823,"updated_at":1795932245852,"expires_at":1795932845823,"reference":null}');
INSERT INTO attempts SELECT * FROM json_populate_record(NULL::attempts, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","sid":"VL01a225e74f44132e9de7380fcb622105","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","verification_sid":"VE01a225e74f4567ef89078f76e575e6e7","recipient":"+14155552673","channel":"sms","is_converted":false,"status":"delivered","error_code":null,"country":"US","code_length":6,"locale":"en","lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"created_at":1795932245831,"updated_at":1795932245852,"expires_at":1795932845831,"reference":null}');
INSERT INTO attempts SELECT * FROM json_populate_record(NULL::attempts, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","sid":"VL01a225e74f53decde0ed2d8fe8bd48bd","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","verification_sid":"VE01a225e74f5399a75ac39e0e288b7fb8","recipient":"+14155552675","channel":"sms","is_converted":false,"status":"delivered","error_code":null,"country":"US","code_length":6,"locale":"en","lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"created_at":1795932245845,"updated_at":1795932245852,"expires_at":1795932845845,"reference":null}');
INSERT INTO attempts SELECT * FROM json_populate_record(NULL::attempts, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","sid":"VL01a225e74f4b8e6271bbc115bd3ce311","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","verification_sid":"VE01a225e74f4b93cc83f9ee1f946f4c1b","recipient":"+14155552674","channel":"sms","is_converted":true,"status":"delivered","error_code":null,"country":"US","code_length":6,"locale":"en","lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"created_at":1795932245836,"updated_at":1795932245931,"expires_at":1795932845836,"reference":null}');
INSERT INTO attempts SELECT * FROM json_populate_record(NULL::attempts, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","sid":"VL01a225e74faead036eac6f1aecd4b192","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","verification_sid":"VE01a225e74f5399a75ac39e0e288b7fb8","recipient":"+14155552675","channel":"sms","is_converted":false,"status":"delivered","error_code":null,"country":"US","code_length":6,"locale":"en","lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"created_at":1795932245935,"updated_at":1795932245941,"expires_at":1795932845845,"reference":null}');
INSERT INTO attempts SELECT * FROM json_populate_record(NULL::attempts, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","sid":"VL01a225e750102a8d1e5fa4ffad5c2a43","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","verification_sid":"VE01a225e750106a308c8fad478d7b0228","recipient":"+14155552678","channel":"sms","is_converted":false,"status":"delivered","error_code":null,"country":"US","code_length":4,"locale":"en","lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"created_at":1795932246034,"updated_at":1795932246040,"expires_at":1795932846034,"reference":null}');
INSERT INTO attempts SELECT * FROM json_populate_record(NULL::attempts, '{"service_sid":"VA01a225e74f138e69c03f12b15ce6342a","sid":"VL01a225e7501ba01ee2cf1463e0a3fe7e","account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","verification_sid":"VE01a225e7501c91aa68e2bed845c2a968","recipient":"+14155552676","channel":"sms","is_converted":false,"status":"queued","error_code":null,"country":"US","code_length":6,"locale":"en","lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"created_at":1795932246045,"updated_at":1795932246045,"expires_at":1795932846045,"reference":null}');
INSERT INTO guard_counts SELECT * FROM json_populate_record(NULL::guard_counts, '{"account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","counter":"2026-11-29T07:04:07.557Z p +23481","used":7,"approved":1,"used_max":null}');
INSERT INTO prefix_blocks SELECT * FROM json_populate_record(NULL::prefix_blocks, '{"account_sid":"AC01a225e74ea75946396bc7d1b0d8c2ac","prefix":"+23480","blocked_at":1795932247557,"blocked_until":1795975447557,"times":1,"starts":120,"approvals":2}');
