/**
 * What readers call things that the texts call otherwise, by the place that answers them. The texts' own words are found
 * without being here.
 */
export const otherWords: Record<string, string> = {
  // Said of a code, where our texts say what a call answers.
  "guides/lifecycle/index.html#Start-and-send-again":
    "resend re-send resending retry send code again new code second sms idempotency key idempotent idempotency",
  "guides/lifecycle/index.html#Check": "wrong code invalid code incorrect code bad code verify code",
  "guides/lifecycle/index.html#After-the-end": "expired expires expiry expiration ttl code timeout no longer valid",
  "guides/lifecycle/index.html#Cancel-or-approve": "unlock user reset attempts revoke delete verification",
  "guides/lifecycle/index.html": "states status flow state machine",
  // The field's names of a second step, and of its products.
  "guides/authenticator-apps/index.html": "totp 2fa mfa two factor otp app google authenticator 1password",
  "guides/authenticator-apps/index.html#When-the-phone-is-lost": "recovery codes backup codes lost phone lost device",
  "guides/log-in-with-a-passkey/index.html":
    "passkey passkeys webauthn fido fido2 passwordless biometrics face id touch id yubikey security key rp id rpid relying party",
  "guides/approve-on-the-phone/index.html": "push push notification push authentication approve deny",
  "guides/verifications/index.html":
    "verification otp one-time password pin whatsapp voice sms email channel silent network call",
  // Said of a form.
  "guides/login-form/index.html":
    "otp input otp field six boxes ux signup sign-in react change number login page session cookie csrf logout",
  "guides/login-form/index.html#Have-the-phone-fill-it-in":
    "webotp autofill one-time-code ios iphone safari android chrome sms retriever apphash",
  "guides/login-form/index.html#From-nothing-to-a-tested-login-form":
    "express fastify hono next.js framework nextjs koa nestjs",
  "guides/login-form/index.html#For-everybody": "accessibility a11y wcag screen reader",
  "guides/login-form/index.html#Send-again-and-when": "countdown cooldown resend timer",
  "guides/login-form/index.html#What-to-say": "error messages wording copy",
  "guides/login-form/index.html#Tell-nobody-who-has-an-account":
    "enumeration user enumeration captcha recaptcha turnstile hcaptcha bots",
  // Said of tests by who comes from another service.
  "guides/testing/index.html":
    "test without sending testing without sms test mode test credentials dry run sandbox mock mocking stub fake msw nock wiremock",
  "guides/testing/index.html#Numbers-to-test-with":
    "test numbers magic numbers fictional numbers fake phone number fictional number magic number",
  "guides/testing/index.html#Move-time": "clock fake timers time travel freeze time",
  "guides/testing/index.html#In-your-test-runner": "vitest jest playwright mocha e2e unit test",
  "guides/testing/index.html#Errors-by-number": "force an error simulate error trigger error outcome number",
  "guides/testing/index.html#Faults": "chaos outage timeout simulate failure",
  "guides/testing/index.html#Run-one-of-them": "ci test in ci github actions gitlab continuous integration",
  "guides/getting-started/index.html#Verify-a-number": "curl",
  "reference/sandbox/index.html#operation/listMessages": "inbox read the code received messages get code",
  "guides/getting-started/index.html":
    "quickstart quick start install tutorial hello world example local development localhost requirements node version",
  "guides/getting-started/index.html#Call-it-from-TypeScript": "javascript node npm client sdk typescript",
  // Ecosystems by their other names.
  "guides/sdks/index.html": "sdk library libraries official",
  "guides/sdks/index.html#Node": "sdk node javascript nodejs npm",
  "guides/sdks/index.html#Python": "sdk python pip django flask",
  "guides/sdks/index.html#Java": "sdk java maven gradle kotlin spring",
  "guides/sdks/index.html#C": "sdk csharp c# dotnet .net nuget",
  "guides/sdks/index.html#Go": "sdk golang go",
  "guides/sdks/index.html#Ruby": "sdk ruby gem rails",
  "guides/sdks/index.html#PHP": "sdk php composer laravel",
  "guides/from-the-sdk/index.html":
    "twilio verify migrate from twilio alternative compatible replace serverless cloudflare workers bundle size",
  "guides/migrating/index.html": "authy v1 legacy upgrade migration migrate",
  // What operators look for by the names of products.
  "guides/operating/index.html": "self host self-hosted production server configuration environment variables",
  "guides/operating/index.html#Start":
    "postgres postgresql sqlite database url db tls https proxy nginx cors access-control-allow-origin mysql mariadb redis database create account first account multi tenant code lifetime",
  "guides/deploying/index.html": "deploy deployment",
  "guides/deploying/index.html#Docker-image": "docker dockerfile container image digest",
  "guides/deploying/index.html#Compose": "docker-compose",
  "guides/deploying/index.html#Kubernetes": "kubernetes k8s helm chart cluster pod ingress",
  "guides/deploying/index.html#Prometheus-and-Grafana": "prometheus grafana dashboard scrape",
  "guides/deploying/index.html#Alerts": "alerts alerting alertmanager alert rules promql runbook on-call pager",
  "guides/operating/index.html#Watch":
    "metrics health healthz readiness liveness monitoring healthcheck health check log level json logs",
  "guides/operating/index.html#Trace": "opentelemetry otel tracing jaeger",
  "guides/operating/index.html#Back-up": "backup restore disaster recovery dump",
  "guides/operating/index.html#Replace-the-secret": "rotate secret rotation key rotation",
  "guides/operating/index.html#Keys": "api key api keys scopes permissions rbac roles",
  "guides/operating/index.html#What-is-kept-of-people":
    "gdpr privacy personal data retention pii erase delete user delete account",
  "guides/operating/index.html#Limits-and-blocks":
    "spam sms pumping toll fraud irsf abuse guard country block geo permissions allow country",
  "guides/operating/index.html#Limits-on-guesses": "brute force guessing attack",
  "guides/operating/index.html#Pushes": "apns apple fcm firebase google push credentials",
  "guides/providers/index.html#SMS-centres": "smpp smsc aggregator carrier",
  "guides/providers/index.html#Mail-servers": "smtp email provider mail",
  "guides/providers/index.html#Gateways": "gateway http provider own provider",
  "guides/providers/index.html": "sms provider sms gateway carrier",
  "guides/providers/index.html#E-mail": "sendgrid ses mailgun email provider",
  "guides/operating/index.html#Scale": "load balancer cluster replicas horizontal high availability",
  "guides/how-much-it-takes/index.html":
    "performance throughput benchmark latency capacity planning sizing requests per second load test",
  "guides/operating/index.html#Threats": "security threat model owasp encryption at rest report a vulnerability cve",
  // Resources by what they are called elsewhere.
  "guides/rate-limits/index.html": "rate limit rate limiting throttle throttling quota",
  "guides/webhooks/index.html": "webhook callback events",
  "guides/webhooks/index.html#Check-the-signature": "webhook signature hmac verify webhook validate request",
  "guides/receipts/index.html": "delivery report dlr delivery status status callback undelivered",
  "guides/attempts/index.html": "conversion logs delivery log analytics",
  "guides/access-tokens/index.html": "jwt token mobile app enrol",
  "guides/templates/index.html": "message text wording custom message sms template branding",
  "guides/languages/index.html": "locale translation i18n localization gsm-7 unicode segments sms length",
  "guides/messaging-configurations/index.html": "sender id from number country sender alphanumeric short code",
  "guides/safe-list/index.html": "allowlist whitelist allow list",
  "guides/services/index.html": "settings code length friendly name",
  "guides/see-what-happened/index.html":
    "debug debugging logs history support not delivered not received not arriving no sms message missing",
  "guides/auth-servers/index.html": "supabase gotrue logto kratos ory zitadel auth0 keycloak send sms hook",
  "guides/cli/index.html#Write-a-first-test": "init countersign init scaffold",
  "guides/seed/index.html#From-the-hosted-service": "import import from twilio copy services",
  "guides/login-form/index.html#One-field-never-six-boxes": "paste input digits numeric",
  "guides/cli/index.html": "cli terminal countersign command doctor",
  "guides/operate-by-console/index.html": "dashboard admin ui gui",
  "guides/overview/index.html": "openapi swagger postman spec",
  "guides/overview/index.html#Authentication":
    "basic auth credentials account sid auth token login authorization authorization header",
  "guides/overview/index.html#Paging": "pagination next page page size cursor",
  "guides/overview/index.html#Base-URLs": "endpoint host base url server address",
  "guides/overview/index.html#Requests-and-answers":
    "date format e.164 form json encoding content type e164 phone number format",
  "guides/operating/index.html#Who-changed-what": "audit audit log audit trail",
  "guides/lookup/index.html": "line type carrier voip mobile number type phone lookup validate phone number",
  "guides/seed/index.html": "fixture fixtures yaml config file countersign.yaml export import",
  "guides/testing/index.html#Without-the-package": "cypress selenium",
  "guides/testing/index.html#What-the-mock-answers": "prism mock server",
  "errors/60202/index.html": "too many attempts too many wrong codes locked out lockout lock",
  "errors/20003/index.html": "unauthorized wrong credentials",
  "errors/20403/index.html": "forbidden permission denied",
  "guides/errors/index.html": "error codes error list codes",
  "guides/errors/index.html#HTTP-statuses": "http status 400 401 403 404 429 500 503",
  "guides/errors/index.html#Retry-After": "backoff retry too many requests",
  "guides/errors/index.html#Why-nothing-is-pending": "details.reason not found",
  "guides/getting-started/index.html#When-nothing-answers":
    "fetch failed eaddrinuse port in use address already in use econnrefused econnreset socket hang up connection refused connection error not running troubleshooting",
  "guides/overview/index.html#Licence-and-price":
    "license licence apache open source price pricing free support contact contribute report a bug issue github repository source code",
  "guides/verifications/index.html#A-code-of-your-own": "customcode custom code own code",
  "guides/verifications/index.html#What-each-parameter-does": "parameters senddigits extension psd2 sca",
  "guides/operating/index.html#Upgrade": "upgrade rolling update zero downtime migration",
  "guides/overview/index.html#Errors": "request id correlation id",
  "errors/60200/index.html": "invalid phone number invalid number",
  "reference/sandbox/index.html#operation/fetchNextMessage": "wait for sms wait for message",
};
