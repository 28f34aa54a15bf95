import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isWhole } from "../../../../scripts/budget.ts";
import { apiOf, authorizationOf, send } from "../../test-support/api.ts";
import { spawnCommand } from "../../test-support/cli-process.ts";
import { createAccount } from "../../test-support/databases.ts";
import { mailPassword, smtpReply, startMailServer } from "../../test-support/mail-server.ts";
import type { ReceivedSpan } from "../../test-support/otlp.ts";
import { startOtlpReceiver } from "../../test-support/otlp-receiver.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-tracing-"));
afterAll(() => rmSync(folder, { recursive: true }));

const secret = "a secret of no less than 32 characters";
const webhookSecret = `whsec_${Buffer.from("a key as long as it has to be").toString("base64")}`;
const email = "ada.lovelace@countersign.test";
const identity = "Jd5Xc8Lq-Person-7711";
const app = { FriendlyName: "Pm3Vb6Ns phone", FactorType: "totp", "Binding.Secret": "KRSXG5BAONSWG4TFOQQGC3TE" };
const phone = "+14155552671";
const traceId = "0af7651916cd43dd8448eb211c80319c";
const callerSpanId = "b7ad6b7169203331";
const traceparent = `00-${traceId}-${callerSpanId}-01`;
const unsampled = `00-${"5".repeat(32)}-${callerSpanId}-00`;
const verifications = "/v2/Services/{ServiceSid}/Verifications";

let servers = 0;
/** Starts the program itself on SQLite. */
async function serve(env: Record<string, string>) {
  servers += 1;
  const databaseUrl = `sqlite:${join(folder, `${servers}.db`)}`;
  const credentials = await createAccount(databaseUrl);
  const { child, ended } = spawnCommand(["serve", "--port", "0"], {
    COUNTERSIGN_DATABASE_URL: databaseUrl,
    COUNTERSIGN_SECRET: secret,
    COUNTERSIGN_HOST: "127.0.0.1",
    ...env,
  });
  // What is wrong with the variables comes before the line that tells where it listens.
  const url = await new Promise<string>((resolve, reject) => {
    let out = "";
    child.stdout.on("data", (text) => {
      out += text;
      const found = /"url":"([^"]+)"/.exec(out)?.[1];
      if (found) resolve(found);
    });
    ended.then(({ err }) => reject(new Error(`It ended before it listened: ${err}`)), reject);
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const { code, out, err } = await ended;
    const lines = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    return { code, err, out, lines };
  };
  return { url, credentials, api: apiOf(url, credentials), stop };
}

test.each(isWhole ? ["http/protobuf", "http/json"] : ["http/protobuf"])(
  "over %s: a request is a span below its caller's, its transactions and the tries of its message are below it; security 4: no byte of it is a code, a secret, a recipient or an identity",
  async (protocol) => {
    const collector = await startOtlpReceiver();
    // The first try is to be repeated.
    let refusals = 1;
    const mailServer = await startMailServer({ refuse: () => (refusals-- > 0 ? smtpReply(451) : undefined) });
    const ca = join(folder, "ca.pem");
    writeFileSync(ca, mailServer.ca);
    const server = await serve({
      COUNTERSIGN_EMAIL_URL: mailServer.url,
      COUNTERSIGN_WEBHOOK_URL: "https://127.0.0.1:9/hook",
      COUNTERSIGN_WEBHOOK_SECRET: webhookSecret,
      NODE_EXTRA_CA_CERTS: ca,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=acme",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test,service.name=overruled",
      OTEL_SERVICE_NAME: "verify",
    });
    const { api, credentials, url } = server;
    const serviceSid = await api.createService();
    const started = await send(`${url}/v2/Services/${serviceSid}/Verifications?Secret=${phone}`, {
      method: "POST",
      headers: { authorization: authorizationOf(credentials), traceparent, tracestate: `vendor=${phone.slice(1)}` },
      body: new URLSearchParams({ To: email, Channel: "email" }),
    });
    expect(started.status).toBe(201);
    const checked = await api.check(serviceSid, { To: phone, Code: "876543" });
    expect(checked.status).toBe(404);
    await api.call("GET", `/v2/Services/${serviceSid}/Verifications/${encodeURIComponent(phone)}?Code=876543`);
    await api.call("GET", `/v2/${phone}`);
    await api.call("POST", `/v2/Services/${serviceSid}/Entities`, { Identity: identity });
    await api.call("GET", `/v2/Services/${serviceSid}/Entities/${identity}`);
    await api.call("DELETE", `/v2/Services/${serviceSid}/Entities/${identity}-0`);
    const factors = `/v2/Services/${serviceSid}/Entities/${identity}/Factors`;
    const factor = await api.call("POST", factors, app);
    await api.call("POST", `${factors}/${factor.body.sid}`, { AuthPayload: "876543" });
    // By default what the caller does not sample is not exported, and what has no caller is.
    await send(`${url}/v2/Services`, { headers: { traceparent: unsampled } });
    await api.call("GET", `/protected/json/phones/verification/status?api_key=${credentials.authToken}`);
    await api.call("GET", `/protected/xml/phones/verification/status?api_key=${credentials.authToken}`);
    await expect.poll(() => mailServer.mails.length, { timeout: 20_000 }).toBe(1);
    const isWebhook = ({ name }: ReceivedSpan) => name === "deliver webhook";
    await expect.poll(() => collector.spans.some(isWebhook), { timeout: 20_000 }).toBe(true);
    const { code, err, lines, out } = await server.stop();
    expect([code, err]).toEqual([0, ""]);

    expect(collector.spans.some((span) => unsampled.includes(span.traceId))).toBe(false);
    const of = (name: string) => collector.spans.filter((span) => span.name === name);
    const [request] = of(`POST ${verifications}`);
    const requestId = started.headers.get("twilio-request-id");
    expect(request).toMatchObject({ traceId, parentSpanId: callerSpanId, kind: 2, status: 0 });
    expect(request?.attributes).toEqual({
      "http.request.method": "POST",
      "http.route": verifications,
      "http.response.status_code": 201,
      "countersign.request_id": requestId,
    });
    const below = { traceId, parentSpanId: request?.spanId, kind: 3 };
    const decide = of("store.decide").filter((span) => span.traceId === traceId);
    expect(decide).toEqual([expect.objectContaining({ ...below, attributes: { "db.system.name": "sqlite" } })]);
    const [creation] = of("POST /v2/Services");
    const calls = collector.spans.filter(({ parentSpanId }) => parentSpanId === creation?.spanId);
    expect(calls.map(({ name }) => name)).toEqual([
      "store.accounts.credential",
      "store.services.create",
      "store.accounts.used",
    ]);

    const provider = expect.stringContaining("localhost");
    const attempt_sid = started.body.send_code_attempts?.[0]?.attempt_sid;
    expect(of("deliver email").map(({ attributes, status, ...span }) => [attributes, status, span])).toEqual([
      [
        {
          "countersign.attempt_sid": attempt_sid,
          "countersign.delivery.channel": "email",
          "countersign.delivery.provider": provider,
          "countersign.delivery.result": "retry",
          "countersign.delivery.error_code": expect.stringContaining("451"),
          "error.type": expect.stringContaining("451"),
        },
        2,
        expect.objectContaining(below),
      ],
      [
        {
          "countersign.attempt_sid": attempt_sid,
          "countersign.delivery.channel": "email",
          "countersign.delivery.provider": provider,
          "countersign.delivery.result": "sent",
        },
        0,
        expect.objectContaining(below),
      ],
    ]);
    expect(of("deliver webhook")[0]).toMatchObject({
      parentSpanId: "",
      kind: 3,
      attributes: { "http.request.method": "POST", "error.type": "the address is not public" },
      status: 2,
    });

    const ends = collector.spans
      .filter(({ kind, attributes }) => kind === 2 && Number(attributes["http.response.status_code"]) >= 400)
      .map(({ name, attributes }) => [name, attributes["countersign.error_code"]]);
    expect(ends).toEqual([
      ["POST /v2/Services/{ServiceSid}/VerificationCheck", 20404],
      [`GET ${verifications}/{Sid}`, 20404],
      ["GET", 20404],
      ["DELETE /v2/Services/{ServiceSid}/Entities/{Identity}", 20404],
      ["GET /protected/{format}/phones/verification/status", 60001],
      ["GET /protected/{format}/phones/verification/status", 60001],
    ]);

    expect(collector.requests[0]).toMatchObject({ path: "/v1/traces", headers: { "x-tenant": "acme" } });
    expect(collector.spans[0]?.resource).toMatchObject({
      "service.name": "verify",
      "deployment.environment.name": "test",
      "telemetry.sdk.language": "nodejs",
    });
    const line = lines.find((each) => each.requestId === requestId);
    expect([line.trace_id, line.span_id]).toEqual([traceId, request?.spanId]);

    const codes = mailServer.mails.map(({ source }) => /\b\d{6}\b/.exec(source.slice(source.indexOf("\r\n\r\n")))?.[0]);
    const canaries = [
      phone.slice(1),
      "ada.lovelace",
      identity,
      app.FriendlyName,
      app["Binding.Secret"],
      "876543",
      ...codes,
      credentials.authToken,
      mailPassword,
      secret,
    ];
    const bytes = Buffer.concat(collector.requests.map((each) => each.bytes)).toString("latin1");
    for (const canary of [...canaries, webhookSecret, "Code=", "Secret=", "p%40ss"]) {
      expect(canary?.length).toBeGreaterThan(0);
      expect(bytes.includes(canary ?? ""), `${canary} in the traces`).toBe(false);
    }
    expect(out).not.toContain(phone.slice(1));
    expect(out).not.toContain(identity);
    await Promise.all([collector.close(), mailServer.close()]);
  },
);

test("the sampler and the propagators of the variables are those in use", async () => {
  const exported = async (env: Record<string, string>, headers: Record<string, string>) => {
    const collector = await startOtlpReceiver();
    const { url, stop } = await serve({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/mine`, ...env });
    await send(`${url}/v2/Services`, { headers });
    await send(`${url}/v2/Services`, { headers: { traceparent: "00-nonsense" } });
    await stop();
    await collector.close();
    expect(collector.requests.every(({ path }) => path === "/mine")).toBe(true);
    expect(new Set(collector.spans.map(({ resource }) => resource["service.name"]))).toEqual(new Set(["countersign"]));
    return collector.spans.map((span) => span.traceId === traceId);
  };
  const ratio = { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0" };
  expect(
    await Promise.all([exported(ratio, { traceparent }), exported({ OTEL_PROPAGATORS: "none" }, { traceparent })]),
  ).toEqual([[true], [false, false]]);
});

test("a collector that fails is told once, in a log without its address, and neither a request nor the stop waits for it", async () => {
  const collector = await startOtlpReceiver();
  const { api, stop } = await serve({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url.replace("//", "//me:hunter2@"),
    OTEL_EXPORTER_OTLP_TIMEOUT: "2000",
    OTEL_BSP_SCHEDULE_DELAY: "20",
    OTEL_BSP_MAX_QUEUE_SIZE: "4",
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "2",
    OTEL_TRACES_SAMPLER: "nonsense",
  });
  const callUntil = async (isEnough: (calls: number) => boolean) => {
    for (let calls = 0; !isEnough(calls); calls += 1) expect((await api.call("GET", "/v2/Services")).status).toBe(200);
  };
  const exportsOf = (count: number) => {
    const already = collector.requests.length;
    return () => collector.requests.length >= already + count;
  };
  collector.status = 500;
  await callUntil(exportsOf(3));
  collector.status = 200;
  await callUntil(exportsOf(3));
  await collector.close();
  await callUntil((calls) => calls === 30);
  const begun = performance.now();
  const { code, err, lines, out } = await stop();
  expect(performance.now() - begun).toBeLessThan(9_000);
  expect([code, err]).toEqual([0, ""]);
  const told = lines.filter(({ msg }) => /^traces /.test(msg)).map(({ msg, reason }) => reason ?? msg);
  expect(told).toEqual([500, "traces are exported again", expect.stringMatching(/^ECONN/)]);
  const sdk = lines.filter(({ msg }) => msg === "OpenTelemetry").map(({ detail }) => detail.replace(/\d+/g, ""));
  expect(new Set(sdk).size).toBe(sdk.length);
  expect(sdk).toContainEqual(expect.stringContaining("OTEL_TRACES_SAMPLER"));
  expect(out).not.toContain("hunter2");
});

test("without an endpoint the SDK is not loaded", async () => {
  const count =
    "process.stderr.write(String(Object.keys(m._cache).filter((name) => /opentelemetry/.test(name)).length))";
  const script = `import m from "node:module"; process.on("exit", () => ${count});`;
  const { stop } = await serve({
    OTEL_SERVICE_NAME: "verify",
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}`,
  });
  expect((await stop()).err).toBe("0");
});
