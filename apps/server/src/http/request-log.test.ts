import { pino } from "pino";
import { expect, test } from "vitest";
import { credentials, type FakeHandler, fakeApp, get, post, serviceSid } from "../../test-support/fake-app.ts";

const verifications = `/v2/Services/${serviceSid}/Verifications`;

function loggedApp(handlers: Record<string, FakeHandler> = {}) {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) });
  return { app: fakeApp(handlers, { logger }), lines };
}

test("one line for each request tells what it was and how it ended", async () => {
  const { app, lines } = loggedApp();
  const answer = await app.inject(post(verifications, "To=%2B12025550123&Channel=sms"));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    level: 30,
    msg: "request",
    requestId: answer.headers["twilio-request-id"],
    operationId: "createVerification",
    method: "POST",
    path: "/v2/Services/{ServiceSid}/Verifications",
    status: 201,
    ms: expect.any(Number),
  });
});

test("requests that no operation is for are logged too, without their path", async () => {
  const { app, lines } = loggedApp();
  for (const url of ["/v2/Contacts/Phones/+12025550123", "/v2/+12025550123%"]) {
    const answer = await app.inject(url);
    expect(lines.pop()).toMatchObject({ requestId: answer.headers["twilio-request-id"], method: "GET", status: 404 });
  }
  await app.inject({ method: "PUT", url: verifications });
  expect(lines.pop()).toMatchObject({ method: "PUT", status: 405 });
  expect(lines).toEqual([]);
});

test("a failure has a line of its own, with its place in the code", async () => {
  const { app, lines } = loggedApp({ listServices: () => Promise.reject(new TypeError("broken")) });
  const answer = await app.inject(get("/v2/Services"));
  const requestId = answer.headers["twilio-request-id"];
  expect(lines).toMatchObject([
    {
      level: 50,
      msg: "failure",
      requestId,
      operationId: "listServices",
      error: { name: "TypeError", message: "broken" },
    },
    { level: 50, msg: "request", requestId, status: 500 },
  ]);
});

test("security.md 4: no code, secret, phone number or e-mail address gets into a line", async () => {
  const failure = Object.assign(new Error("Key (recipient)=(+12025550123, zoe@example.com, 987654) exists"), {
    detail: "+12025550123",
  });
  const { app, lines } = loggedApp({
    fetchVerification: () => Promise.reject(failure),
    createVerificationCheck: async () => ({ ok: false, refusal: { code: 60200, parameter: "987654" } }),
  });
  await app.inject(get(`${verifications}/+12025550123?x=zoe@example.com`));
  await app.inject(get(`${verifications}/zoe@example.com`));
  await app.inject(post(verifications, "To=zoe%40example.com&Channel=sms&CustomCode=987654"));
  await app.inject(post(`/v2/Services/${serviceSid}/VerificationCheck`, "To=%2B12025550123&Code=987654"));
  await app.inject(get("/+12025550123/zoe@example.com?Code=987654"));
  await app.inject(get("/v2/Services", { authorization: `Basic ${btoa("zoe@example.com:sandbox")}` }));
  // A stack names files, and the folder that all of it lies in may be called as anything.
  const log = JSON.stringify(lines).replaceAll(/[^ "(]*(?:apps|node_modules)\//g, "");
  expect(lines.length).toBeGreaterThanOrEqual(6);
  for (const secret of ["2025550123", "zoe", "987654", "sandbox", credentials.slice(6)])
    expect(log).not.toContain(secret);
});
