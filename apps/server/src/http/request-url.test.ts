import { expect, test } from "vitest";
import { fakeApp, type Given, get } from "./fake-app.ts";

async function urlOf(
  headers: Record<string, string>,
  publicUrl?: string,
  target = "/v2/Services?PageSize=2",
): Promise<string> {
  let url = "";
  const listServices = async (request: Given) => {
    url = request.url.href;
    return { ok: false, refusal: { code: 20429 } } as const;
  };
  await fakeApp({ listServices }, publicUrl === undefined ? {} : { publicUrl }).inject(get(target, headers));
  return url;
}

test("addresses are under the public URL, whatever the request says", async () => {
  const headers = { host: "evil.example", "x-forwarded-host": "evil.example" };
  expect(await urlOf(headers, "https://verify.example.com")).toBe("https://verify.example.com/v2/Services?PageSize=2");
  expect(await urlOf(headers, "https://example.com/verify/")).toBe("https://example.com/verify/v2/Services?PageSize=2");
});

test("without a public URL they are under the host of the request", async () => {
  expect(await urlOf({ host: "127.0.0.1:4010" })).toBe("http://127.0.0.1:4010/v2/Services?PageSize=2");
  expect(await urlOf({ host: "[::1]:4010" })).toBe("http://[::1]:4010/v2/Services?PageSize=2");
});

test("a proxy tells the scheme and the host that the caller used", async () => {
  expect(
    await urlOf({
      host: "10.0.0.1:4010",
      "x-forwarded-proto": "https, http",
      "x-forwarded-host": "verify.example.com",
    }),
  ).toBe("https://verify.example.com/v2/Services?PageSize=2");
});

test.each(["a b", "a/b", "user@host", "a?b", "<script>", "host:99999", "::", "a".repeat(300), "%41"])(
  "a host that is none gets into no address: %s",
  async (host) => {
    expect(await urlOf({ host, "x-forwarded-host": host, "x-forwarded-proto": "javascript" })).toMatch(
      /^http:\/\/(127\.0\.0\.1(:\d+)?|a{300})\/v2\/Services\?PageSize=2$/,
    );
  },
);
