CREATE TABLE accounts (
  sid TEXT NOT NULL PRIMARY KEY,
  friendly_name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE credentials (
  account_sid TEXT NOT NULL,
  sid TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account_sid, sid)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX credentials_by_sid ON credentials (sid);
CREATE TABLE services (
  sid TEXT NOT NULL PRIMARY KEY,
  account_sid TEXT NOT NULL,
  settings TEXT NOT NULL, -- JSON
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX services_by_account ON services (account_sid, created_at, sid);
CREATE TABLE verifications (
  service_sid TEXT NOT NULL,
  sid TEXT NOT NULL,
  recipient TEXT NOT NULL,
  is_latest INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL, -- or when the window will end
  state TEXT NOT NULL, -- JSON of the verification; the columns are for finding it
  events TEXT NOT NULL, -- JSON lines, so that one is appended without reading the others
  PRIMARY KEY (service_sid, sid)
) STRICT;
CREATE UNIQUE INDEX verifications_latest ON verifications (service_sid, recipient) WHERE is_latest;
CREATE INDEX verifications_by_age ON verifications (created_at);
CREATE TABLE attempts (
  account_sid TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  sid TEXT NOT NULL,
  service_sid TEXT NOT NULL,
  verification_sid TEXT NOT NULL,
  recipient TEXT,
  channel TEXT NOT NULL,
  is_converted INTEGER NOT NULL,
  status TEXT NOT NULL,
  error_code TEXT,
  country TEXT,
  code_length INTEGER NOT NULL,
  locale TEXT,
  lookup TEXT, -- JSON
  updated_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, reference TEXT,
  PRIMARY KEY (account_sid, created_at, sid)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX attempts_by_sid ON attempts (sid);
CREATE TABLE outbox (
  service_sid TEXT NOT NULL,
  attempt_sid TEXT NOT NULL,
  account_sid TEXT NOT NULL,
  channel TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, error_code TEXT, -- when it may be claimed
  PRIMARY KEY (service_sid, created_at, attempt_sid)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (due_at);
CREATE TABLE request_counts (
  account_sid TEXT NOT NULL,
  name TEXT NOT NULL,
  windows TEXT NOT NULL, -- JSON
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (account_sid, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_counts_by_age ON request_counts (updated_at);
CREATE TABLE applications (
  service_sid TEXT NOT NULL PRIMARY KEY,
  account_sid TEXT NOT NULL,
  id INTEGER NOT NULL,
  api_key_hash TEXT NOT NULL,
  app_api_key_hash TEXT NOT NULL,
  sealed_signing_key TEXT NOT NULL,
  state TEXT NOT NULL, -- JSON
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX applications_by_api_key ON applications (api_key_hash);
CREATE UNIQUE INDEX applications_by_app_api_key ON applications (app_api_key_hash);
CREATE INDEX applications_by_account ON applications (account_sid, created_at);
CREATE TABLE signature_nonces (
  service_sid TEXT NOT NULL,
  hash TEXT NOT NULL,
  used_at INTEGER NOT NULL,
  PRIMARY KEY (service_sid, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX signature_nonces_by_time ON signature_nonces (service_sid, used_at);
CREATE TABLE integration_keys (
  account_sid TEXT NOT NULL,
  key_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account_sid, key_hash)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX integration_keys_by_hash ON integration_keys (key_hash);
CREATE TABLE webhook_deliveries (
  service_sid TEXT NOT NULL,
  sid TEXT NOT NULL,
  account_sid TEXT NOT NULL,
  webhook_id TEXT NOT NULL,
  payload TEXT NOT NULL, -- JSON
  created_at INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  due_at INTEGER, -- when it may be claimed; null once it was given up
  parked_at INTEGER,
  error TEXT,
  PRIMARY KEY (service_sid, sid)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_parked ON webhook_deliveries (account_sid, parked_at) WHERE parked_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);
CREATE INDEX attempts_by_reference ON attempts (reference) WHERE reference IS NOT NULL;
CREATE TABLE guard_counts (
  account_sid TEXT NOT NULL,
  counter TEXT NOT NULL,
  used INTEGER NOT NULL,
  approved INTEGER NOT NULL,
  PRIMARY KEY (account_sid, counter)
) STRICT, WITHOUT ROWID;
CREATE TABLE prefix_blocks (
  account_sid TEXT NOT NULL,
  prefix TEXT NOT NULL,
  blocked_at INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL,
  times INTEGER NOT NULL,
  starts INTEGER NOT NULL,
  approvals INTEGER NOT NULL,
  PRIMARY KEY (account_sid, prefix)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 5;
INSERT INTO accounts (sid,friendly_name,created_at) VALUES ('AC01a225e744cb0b9c6e4bb762392053fc','Other',1795932243147);
INSERT INTO credentials (account_sid,sid,secret_hash,created_at) VALUES ('AC01a225e744cb0b9c6e4bb762392053fc','AC01a225e744cb0b9c6e4bb762392053fc','hINeTNQEWZawJUl5p0Bxcg.Z3RDnx-wVGFYnYlYaqve2lQoedsvmfIKCUfUoEoz_KI',1795932243147);
INSERT INTO credentials (account_sid,sid,secret_hash,created_at) VALUES ('AC01a225e744cb0b9c6e4bb762392053fc','SK00000000000000000000000000000abc','GUFYagAkXNuVVOGhPbRw_g.PQUK-HfvlmfgrPa7mAoyfjXoLEA7eKaD9hZXUpH2HU4',1795932243626);
INSERT INTO services (sid,account_sid,settings,created_at,updated_at) VALUES ('VA01a225e74523f66d17388bfeabbfb412','AC01a225e744cb0b9c6e4bb762392053fc','{"friendlyName":"Acme","codeLength":6,"lookupEnabled":true,"psd2Enabled":false,"skipSmsToLandlines":false,"dtmfInputRequired":true,"ttsName":null,"doNotShareWarningEnabled":false,"customCodeEnabled":false,"defaultTemplateSid":null,"verifyEventSubscriptionEnabled":false,"push":{"includeDate":null,"apnCredentialSid":null,"fcmCredentialSid":null},"totp":{"issuer":null,"timeStep":null,"codeLength":null,"skew":null},"whatsapp":{"msgServiceSid":null,"from":null},"passkeys":{"relyingParty":{"id":null,"name":null,"origins":null},"authenticatorAttachment":null,"discoverableCredentials":null,"userVerification":null}}',1795932243235,1795932243235);
INSERT INTO verifications (service_sid,sid,recipient,is_latest,created_at,ended_at,state,events) VALUES ('VA01a225e74523f66d17388bfeabbfb412','VE01a225e745a64d6b79b93facd3c305b7','+14155552671',1,1795932243367,1795932843367,'{"accountSid":"AC01a225e744cb0b9c6e4bb762392053fc","serviceSid":"VA01a225e74523f66d17388bfeabbfb412","sid":"VE01a225e745a64d6b79b93facd3c305b7","recipient":"+14155552671","channel":"sms","status":"pending","code":{"mac":"rGlBZnI7ZwjFkiUVfksn23ENn4hXcPj07NsRl0aNuQc","sealed":"iMAkHZSRL_lsi8EoP8B2iIt83jt64iIhP1iDTJyqOQPuCw","keyId":"eN7YROQo","length":6},"amount":null,"payee":null,"attempts":[{"sid":"VL01a225e745a577e7574543169f4fd3e5","channel":"sms","at":1795932243367}],"checks":3,"sna":null,"lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"createdAt":1795932243367,"updatedAt":1795932243487,"expiresAt":1795932843367}','{"at":1795932243367,"type":"started"}
{"at":1795932243367,"type":"sent"}
{"at":1795932243455,"type":"check_refused"}
{"at":1795932243474,"type":"check_refused"}
{"at":1795932243487,"type":"check_refused"}
');
INSERT INTO verifications (service_sid,sid,recipient,is_latest,created_at,ended_at,state,events) VALUES ('VA01a225e74523f66d17388bfeabbfb412','VE01a225e745d5d5feb9a14e408dc2c9ca','+14155552672',1,1795932243417,1795932843417,'{"accountSid":"AC01a225e744cb0b9c6e4bb762392053fc","serviceSid":"VA01a225e74523f66d17388bfeabbfb412","sid":"VE01a225e745d5d5feb9a14e408dc2c9ca","recipient":"+14155552672","channel":"sms","status":"pending","code":{"mac":"zBd-7fu-Frrc9bNqknjZRbOXS65YTf21WrPQNb8FlOE","sealed":"G6SZIzLHsJzSqJrgo5Ysln4ENM6XhNNopFcxi0abF1YOUA","keyId":"eN7YROQo","length":6},"amount":null,"payee":null,"attempts":[{"sid":"VL01a225e745d46d958c1569c25658a26d","channel":"sms","at":1795932243417}],"checks":4,"sna":null,"lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"createdAt":1795932243417,"updatedAt":1795932243509,"expiresAt":1795932843417}','{"at":1795932243417,"type":"started"}
{"at":1795932243417,"type":"sent"}
{"at":1795932243492,"type":"check_refused"}
{"at":1795932243498,"type":"check_refused"}
{"at":1795932243502,"type":"check_refused"}
{"at":1795932243509,"type":"check_refused"}
');
INSERT INTO verifications (service_sid,sid,recipient,is_latest,created_at,ended_at,state,events) VALUES ('VA01a225e74523f66d17388bfeabbfb412','VE01a225e745e0a4acd254c0956e0a6234','+14155552673',1,1795932243424,1795932843424,'{"accountSid":"AC01a225e744cb0b9c6e4bb762392053fc","serviceSid":"VA01a225e74523f66d17388bfeabbfb412","sid":"VE01a225e745e0a4acd254c0956e0a6234","recipient":"+14155552673","channel":"sms","status":"max_attempts_reached","code":null,"amount":null,"payee":null,"attempts":[{"sid":"VL01a225e745e064c180eb6b5d6637ea88","channel":"sms","at":1795932243424}],"checks":5,"sna":null,"lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"createdAt":1795932243424,"updatedAt":1795932243529,"expiresAt":1795932843424}','{"at":1795932243424,"type":"started"}
{"at":1795932243424,"type":"sent"}
{"at":1795932243514,"type":"check_refused"}
{"at":1795932243518,"type":"check_refused"}
{"at":1795932243522,"type":"check_refused"}
{"at":1795932243526,"type":"check_refused"}
{"at":1795932243529,"type":"locked"}
');
INSERT INTO verifications (service_sid,sid,recipient,is_latest,created_at,ended_at,state,events) VALUES ('VA01a225e74523f66d17388bfeabbfb412','VE01a225e745e7ea3125bc7bf451734b26','+14155552674',1,1795932243431,1795932243533,'{"accountSid":"AC01a225e744cb0b9c6e4bb762392053fc","serviceSid":"VA01a225e74523f66d17388bfeabbfb412","sid":"VE01a225e745e7ea3125bc7bf451734b26","recipient":"+14155552674","channel":"sms","status":"approved","code":null,"amount":null,"payee":null,"attempts":[{"sid":"VL01a225e745e725954f4d6d0e5fbba60b","channel":"sms","at":1795932243431}],"checks":0,"sna":null,"lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"createdAt":1795932243431,"updatedAt":1795932243533,"expiresAt":1795932843431}','{"at":1795932243431,"type":"started"}
{"at":1795932243431,"type":"sent"}
{"at":1795932243533,"type":"approved"}
');
INSERT INTO verifications (service_sid,sid,recipient,is_latest,created_at,ended_at,state,events) VALUES ('VA01a225e74523f66d17388bfeabbfb412','VE01a225e745ee282b2332953c33560df7','+14155552675',1,1795932243438,1795932243551,'{"accountSid":"AC01a225e744cb0b9c6e4bb762392053fc","serviceSid":"VA01a225e74523f66d17388bfeabbfb412","sid":"VE01a225e745ee282b2332953c33560df7","recipient":"+14155552675","channel":"sms","status":"canceled","code":null,"amount":null,"payee":null,"attempts":[{"sid":"VL01a225e745eec68d695e55023d552423","channel":"sms","at":1795932243438},{"sid":"VL01a225e7465191c6079711dd398b5c61","channel":"sms","at":1795932243537}],"checks":0,"sna":null,"lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"createdAt":1795932243438,"updatedAt":1795932243551,"expiresAt":1795932843438}','{"at":1795932243438,"type":"started"}
{"at":1795932243438,"type":"sent"}
{"at":1795932243537,"type":"sent"}
{"at":1795932243551,"type":"canceled"}
');
INSERT INTO verifications (service_sid,sid,recipient,is_latest,created_at,ended_at,state,events) VALUES ('VA01a225e74523f66d17388bfeabbfb412','VE01a225e746ca766d2b8933580bf7f55e','+14155552678',1,1795932243659,1795932843659,'{"accountSid":"AC01a225e744cb0b9c6e4bb762392053fc","serviceSid":"VA01a225e74523f66d17388bfeabbfb412","sid":"VE01a225e746ca766d2b8933580bf7f55e","recipient":"+14155552678","channel":"sms","status":"pending","code":{"mac":"r4TJBjinaoxyIu4Sa2Se27lm3tlaIoG6Osk3_9p5UEg","sealed":"pr-ESwfXETwLBPxXHptW_yPQsNTUrDZdQXTdsqQ35fI","keyId":"eN7YROQo","length":4},"amount":null,"payee":null,"attempts":[{"sid":"VL01a225e746ca3e85920c10ed45482a9a","channel":"sms","at":1795932243659}],"checks":0,"sna":null,"lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"createdAt":1795932243659,"updatedAt":1795932243659,"expiresAt":1795932843659}','{"at":1795932243659,"type":"started"}
{"at":1795932243659,"type":"sent"}
');
INSERT INTO verifications (service_sid,sid,recipient,is_latest,created_at,ended_at,state,events) VALUES ('VA01a225e74523f66d17388bfeabbfb412','VE01a225e746e354415275df740c76448e','+14155552676',1,1795932243683,1795932843683,'{"accountSid":"AC01a225e744cb0b9c6e4bb762392053fc","serviceSid":"VA01a225e74523f66d17388bfeabbfb412","sid":"VE01a225e746e354415275df740c76448e","recipient":"+14155552676","channel":"sms","status":"pending","code":{"mac":"bMLlIOr_-cOFSmU3blvVPA5cYrjgP112M4bfZ1bn3YE","sealed":"F_wLlSu1VysNTSejBJH2lNDmfZnz_AmmlyBTtAI_ygL2vg","keyId":"eN7YROQo","length":6},"amount":null,"payee":null,"attempts":[{"sid":"VL01a225e746e3ab96ff46ad3a019a3401","channel":"sms","at":1795932243683}],"checks":0,"sna":null,"lookup":{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null},"createdAt":1795932243683,"updatedAt":1795932243683,"expiresAt":1795932843683}','{"at":1795932243683,"type":"started"}
{"at":1795932243683,"type":"sent"}
');
INSERT INTO attempts (account_sid,created_at,sid,service_sid,verification_sid,recipient,channel,is_converted,status,error_code,country,code_length,locale,lookup,updated_at,expires_at,reference) VALUES ('AC01a225e744cb0b9c6e4bb762392053fc',1795932243367,'VL01a225e745a577e7574543169f4fd3e5','VA01a225e74523f66d17388bfeabbfb412','VE01a225e745a64d6b79b93facd3c305b7','+14155552671','sms',0,'delivered',NULL,'US',6,'en','{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null}',1795932243446,1795932843367,NULL);
INSERT INTO attempts (account_sid,created_at,sid,service_sid,verification_sid,recipient,channel,is_converted,status,error_code,country,code_length,locale,lookup,updated_at,expires_at,reference) VALUES ('AC01a225e744cb0b9c6e4bb762392053fc',1795932243417,'VL01a225e745d46d958c1569c25658a26d','VA01a225e74523f66d17388bfeabbfb412','VE01a225e745d5d5feb9a14e408dc2c9ca','+14155552672','sms',0,'delivered',NULL,'US',6,'en','{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null}',1795932243446,1795932843417,NULL);
INSERT INTO attempts (account_sid,created_at,sid,service_sid,verification_sid,recipient,channel,is_converted,status,error_code,country,code_length,locale,lookup,updated_at,expires_at,reference) VALUES ('AC01a225e744cb0b9c6e4bb762392053fc',1795932243424,'VL01a225e745e064c180eb6b5d6637ea88','VA01a225e74523f66d17388bfeabbfb412','VE01a225e745e0a4acd254c0956e0a6234','+14155552673','sms',0,'delivered',NULL,'US',6,'en','{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null}',1795932243446,1795932843424,NULL);
INSERT INTO attempts (account_sid,created_at,sid,service_sid,verification_sid,recipient,channel,is_converted,status,error_code,country,code_length,locale,lookup,updated_at,expires_at,reference) VALUES ('AC01a225e744cb0b9c6e4bb762392053fc',1795932243431,'VL01a225e745e725954f4d6d0e5fbba60b','VA01a225e74523f66d17388bfeabbfb412','VE01a225e745e7ea3125bc7bf451734b26','+14155552674','sms',1,'delivered',NULL,'US',6,'en','{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null}',1795932243533,1795932843431,NULL);
INSERT INTO attempts (account_sid,created_at,sid,service_sid,verification_sid,recipient,channel,is_converted,status,error_code,country,code_length,locale,lookup,updated_at,expires_at,reference) VALUES ('AC01a225e744cb0b9c6e4bb762392053fc',1795932243438,'VL01a225e745eec68d695e55023d552423','VA01a225e74523f66d17388bfeabbfb412','VE01a225e745ee282b2332953c33560df7','+14155552675','sms',0,'delivered',NULL,'US',6,'en','{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null}',1795932243446,1795932843438,NULL);
INSERT INTO attempts (account_sid,created_at,sid,service_sid,verification_sid,recipient,channel,is_converted,status,error_code,country,code_length,locale,lookup,updated_at,expires_at,reference) VALUES ('AC01a225e744cb0b9c6e4bb762392053fc',1795932243537,'VL01a225e7465191c6079711dd398b5c61','VA01a225e74523f66d17388bfeabbfb412','VE01a225e745ee282b2332953c33560df7','+14155552675','sms',0,'delivered',NULL,'US',6,'en','{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null}',1795932243544,1795932843438,NULL);
INSERT INTO attempts (account_sid,created_at,sid,service_sid,verification_sid,recipient,channel,is_converted,status,error_code,country,code_length,locale,lookup,updated_at,expires_at,reference) VALUES ('AC01a225e744cb0b9c6e4bb762392053fc',1795932243659,'VL01a225e746ca3e85920c10ed45482a9a','VA01a225e74523f66d17388bfeabbfb412','VE01a225e746ca766d2b8933580bf7f55e','+14155552678','sms',0,'delivered',NULL,'US',4,'en','{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null}',1795932243679,1795932843659,NULL);
INSERT INTO attempts (account_sid,created_at,sid,service_sid,verification_sid,recipient,channel,is_converted,status,error_code,country,code_length,locale,lookup,updated_at,expires_at,reference) VALUES ('AC01a225e744cb0b9c6e4bb762392053fc',1795932243683,'VL01a225e746e3ab96ff46ad3a019a3401','VA01a225e74523f66d17388bfeabbfb412','VE01a225e746e354415275df740c76448e','+14155552676','sms',0,'queued',NULL,'US',6,'en','{"mobileCountryCode":null,"mobileNetworkCode":null,"type":"mobile","name":null,"errorCode":null}',1795932243683,1795932843683,NULL);
INSERT INTO outbox (service_sid,attempt_sid,account_sid,channel,sealed,created_at,expires_at,due_at,tries,error_code) VALUES ('VA01a225e74523f66d17388bfeabbfb412','VL01a225e746e3ab96ff46ad3a019a3401','AC01a225e744cb0b9c6e4bb762392053fc','sms','eN7YROQo.0Qc51hReBV67RuejX4uk6b8vJmFdKqR59gF0YQZL5xhWBrYbeilf64g6quKR9tt1c_UsGYWqK8UsPPm5W4vrEd1ejXfJ3szWrT-jsQeIUEpmC7JWW73DbU4m6-XqGyNfZo-XFPD7xx98SmOyt3EASua8nrKcbS_MaLC-Rh7MsbfxuLkB-_owVwqdJYWZ8l7LmSFJZ5GYrpnE4SZV2Kyr83aumUM2i9OlOjbahCbQk-VtTOxGsaVh611aZHL-NZCk6g2fWRo3OaJoYelCR59LGJQn40xpQ_Aa',1795932243683,1795932843683,1795932243683,0,NULL);
INSERT INTO request_counts (account_sid,name,windows,updated_at) VALUES ('AC01a225e744cb0b9c6e4bb762392053fc','listAttempts','[{"openedAt":1795932243579,"requests":1}]',1795932243579);
INSERT INTO applications (service_sid,account_sid,id,api_key_hash,app_api_key_hash,sealed_signing_key,state,created_at,updated_at) VALUES ('VA01a225e74523f66d17388bfeabbfb412','AC01a225e744cb0b9c6e4bb762392053fc',1137903188,'hPnYJuisbbefTZl12AqfUg6F5EZWLdX3Q55hOCSYhvQ','aqLRSqU6YqJ9LsuvSodSyk5zMcaGdtvQRMjgQ3PBQcU','eN7YROQo.fs3ocKgina97odRR6ogxPtFxbHKlBz1frMAv2Bmr_sihEvO52zCDWUGu9jyuuPaL_msBDeb2VN90w4Rr','{"plan":"pay_as_you_go","isSuspended":false,"smsEnabled":true,"phoneCallsEnabled":true,"oneTouchEnabled":false,"oneTouchCallback":null,"webhooks":[{"id":"WH_5bcafa82-1ea1-c01e-1a4f-5bfb948e52bd","name":"all","url":"https://hooks.invalid/countersign","events":["phone_verification_started","phone_verification_code_is_valid"],"sealedSigningKey":"eN7YROQo.7C266LMi2tze4-fUsers12R2CdxYtgAfPDyUFCx2vkuA5u-zulb0zhidm0jyoiwc6pTOpBndVEFyreWbAepbTw","createdAt":1795932243642}],"contact":null,"accessKeys":[{"id":"AK_bd6b142d-4786-452c-b9f8-024265eb9d63","name":"first","permission":"admin","keyHash":"DoPcdti7OvQl--WwFTPHFgF7k588gr_18t2gNhmC2UE","createdAt":1795932243621}]}',1795932243621,1795932243642);
INSERT INTO signature_nonces (service_sid,hash,used_at) VALUES ('VA01a225e74523f66d17388bfeabbfb412','fy4zy39rzjiAQDZ_8O6y76TJSD9zfXrKxmUUzfOzhAQ',1795932243635);
INSERT INTO integration_keys (account_sid,key_hash,created_at) VALUES ('AC01a225e744cb0b9c6e4bb762392053fc','ciRXsZ8FmXxiTQY1iO6D1vc_Uii3XMxBZU2tuu_-Et8',1795932243625);
INSERT INTO webhook_deliveries (service_sid,sid,account_sid,webhook_id,payload,created_at,tries,due_at,parked_at,error) VALUES ('VA01a225e74523f66d17388bfeabbfb412','WD01a225e746cd972992d73bff13201a9d','AC01a225e744cb0b9c6e4bb762392053fc','WH_5bcafa82-1ea1-c01e-1a4f-5bfb948e52bd','{"event":"phone_verification_started","objects":{"app":{"s_account_sid":"AC01a225e744cb0b9c6e4bb762392053fc","s_device_app":null,"s_id":"1137903188","s_type":"full"},"phone_verification":{"i_code_length":4,"s_country_code":"1","s_id":"01a225e7-46ca-766d-2b89-33580bf7f55e","s_line_type":"mobile","s_locale":"en","s_mccmnc":null,"s_phone_number":"4155552678","i_seconds_to_expire":599,"s_status":"pending","s_via":"sms"}},"request":{"id":"RQe797c5eba1144b919e10e75d1bb18466","ip":"127.0.0.1"},"time":"2026-11-29T06:04:03.659Z"}',1795932243659,1,1795932254974,NULL,'ENOTFOUND');
INSERT INTO guard_counts (account_sid,counter,used,approved) VALUES ('AC01a225e744cb0b9c6e4bb762392053fc','2026-11-29T07:04:05.200Z p +23481',7,1);
INSERT INTO prefix_blocks (account_sid,prefix,blocked_at,blocked_until,times,starts,approvals) VALUES ('AC01a225e744cb0b9c6e4bb762392053fc','+23480',1795932245200,1795975445200,1,120,2);
