import { expect, test } from "vitest";
import { credentials, fakeFetch, json, refusal, ServiceSid } from "../test-support/fake-fetch.ts";
import { createClient, unwrap, VerifyError } from "./index.ts";

const fetchVerification = (answer?: () => Response) =>
  createClient({ ...credentials, fetch: fakeFetch(...(answer ? [answer] : [])).fetch }).GET(
    "/v2/Services/{ServiceSid}/Verifications/{Sid}",
    { params: { path: { ServiceSid, Sid: "VE1" } } },
  );

const thrown = async (answer: () => Response): Promise<VerifyError> => {
  const error = await unwrap(fetchVerification(answer)).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(VerifyError);
  return error as VerifyError;
};

test("unwrap gives the data, of a call or of its result", async () => {
  expect((await unwrap(fetchVerification(json(200, { sid: "VE1" })))).sid).toBe("VE1");
  expect((await unwrap(await fetchVerification(json(200, { sid: "VE1" })))).sid).toBe("VE1");
});

test("unwrap throws what v2 tells", async () => {
  const body = refusal(20404, 404, { details: { reason: "expired" } });
  expect(await thrown(json(404, body))).toMatchObject({
    name: "VerifyError",
    message: body.message,
    code: 20404,
    status: 404,
    moreInfo: body.more_info,
    details: { reason: "expired" },
    retryAfterMs: undefined,
  });
});

test("unwrap tells how long to wait", async () => {
  const held = refusal(60203, 429, { details: { retry_after_seconds: 480 } });
  expect((await thrown(json(429, held))).retryAfterMs).toBe(480_000);
  expect((await thrown(json(429, held, { "Retry-After": "5" }))).retryAfterMs).toBe(480_000);
  expect((await thrown(json(503, refusal(20503, 503), { "Retry-After": "1" }))).retryAfterMs).toBe(1000);
});

test("unwrap throws what v1 tells, the code as a number and the status of the answer", async () => {
  const message = "Verification code is incorrect";
  const body = { error_code: "60022", message, errors: { message }, success: false };
  expect(await thrown(json(401, body))).toMatchObject({ message, code: 60022, status: 401, moreInfo: undefined });
});

test.each<[string, () => Response]>([
  ["empty", () => new Response(null, { status: 502 })],
  ["empty and says so", () => new Response("", { status: 502, headers: { "Content-Length": "0" } })],
  ["HTML", () => new Response("<h1>Bad gateway</h1>", { status: 502 })],
])("unwrap throws HTTP 502 for a body that is %s", async (_, answer) => {
  expect(await thrown(answer)).toMatchObject({ message: "HTTP 502", code: undefined, status: 502 });
});

test("unwrap gives undefined for a 204", async () => {
  expect(await unwrap(fetchVerification(() => new Response(null, { status: 204 })))).toBeUndefined();
});

test("unwrap lets a failed connection through as it is", async () => {
  await expect(unwrap(fetchVerification())).rejects.toMatchObject({ name: "ConnectionError" });
});
