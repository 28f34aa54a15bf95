import { createClient, unwrap } from "@countersign/client";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { apiOf, type Fields } from "../../test-support/api.ts";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "../sandbox/sandbox.ts";
import type { Running } from "../server.ts";

let sandbox: Running;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());
beforeEach(() => api().call("POST", "/sandbox/reset"));

const api = () => apiOf(sandbox.url);
const path = `/v2/Services/${sandboxServiceSid}/MessagingConfigurations`;
const [first, second] = ["MG00000000000000000000000000000001", "MG00000000000000000000000000000002"] as const;
const create = (Country: string, MessagingServiceSid: string = first) =>
  api().call("POST", path, { Country, MessagingServiceSid });
const routeOf = async (to: string, fields: Fields = {}) => {
  expect((await api().start(sandboxServiceSid, { To: to, ...fields })).status).toBe(201);
  return (await api().messages(to))[0]?.route;
};

describe("messaging configurations", () => {
  test("are kept by country, in capitals however it is written, and named so", async () => {
    const made = await create("de");
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ country: "DE", messaging_service_sid: first });
    expect(Object.keys(made.body)).toEqual([
      ...["account_sid", "service_sid", "country", "messaging_service_sid", "date_created", "date_updated", "url"],
    ]);
    expect((await api().call("GET", `${path}/dE`)).text).toBe(made.text);
    expect((await create("ALL")).body).toMatchObject({ country: "all", url: `${sandbox.url}${path}/all` });
    const moved = await api().call("POST", `${path}/De`, { MessagingServiceSid: second });
    expect(moved.body).toMatchObject({ country: "DE", messaging_service_sid: second });
    expect((await api().call("DELETE", `${path}/de`)).status).toBe(204);
    for (const method of ["GET", "DELETE"]) expect((await api().call(method, `${path}/DE`)).body.code).toBe(20404);
    expect((await api().call("POST", `${path}/DE`, { MessagingServiceSid: second })).body.code).toBe(20404);
  });

  test.each<[fields: Fields, code: number, name: string]>([
    [{ MessagingServiceSid: first }, 20001, "Country"],
    [{ Country: "DE" }, 20001, "MessagingServiceSid"],
    ...["UK", "ZZ", "XX", "AQ", "D", "DEU", "", "49", "*", "Germany"].map(
      (Country) => [{ Country, MessagingServiceSid: first }, 60200, "Country"] as [Fields, number, string],
    ),
    ...["MG00000000000000000000000000000003", "MG1", "", sandboxServiceSid].map(
      (MessagingServiceSid) =>
        [{ Country: "DE", MessagingServiceSid }, 60200, "MessagingServiceSid"] as [Fields, number, string],
    ),
  ])("%j is refused with %i", async (fields, code, name) => {
    const { status, body } = await api().call("POST", path, fields);
    expect([status, body.code]).toEqual([400, code]);
    if (code === 60200) expect(body.message).toBe(`Invalid parameter: ${name}`);
    else expect(body.message).toContain(name);
  });

  test("of a country that has one a second is refused, and so is a route that there is not", async () => {
    await create("DE");
    expect(await create("de", second)).toMatchObject({ status: 400, body: { code: 60213 } });
    const unknown = { MessagingServiceSid: first.replace(/1$/, "9") };
    const { body } = await api().call("POST", `${path}/DE`, unknown);
    expect(body).toMatchObject({ code: 60200, message: "Invalid parameter: MessagingServiceSid" });
    expect((await api().call("GET", `${path}/DE`)).body).toMatchObject({ messaging_service_sid: first });
  });

  test("are listed by page, oldest first, by our client and typed", async () => {
    const countries = ["DE", "AT", "CH", "FR", "all"];
    const client = createClient({ ...sandboxAccount, baseUrl: sandbox.url });
    const place = { params: { path: { ServiceSid: sandboxServiceSid } } };
    const all = "/v2/Services/{ServiceSid}/MessagingConfigurations" as const;
    for (const Country of countries) {
      await unwrap(client.POST(all, { ...place, body: { Country, MessagingServiceSid: first } }));
      // What is made within one millisecond is in no order.
      await api().call("POST", "/sandbox/clock", { Seconds: "1" });
    }
    const { error } = await client.POST(all, { ...place, body: { Country: "DE", MessagingServiceSid: first } });
    const duplicate: 60213 | undefined = error?.code === 60213 ? error.code : undefined;
    expect(duplicate).toBe(60213);
    const listed: (string | null)[] = [];
    for (let token: string | undefined, page = 0; page < 3; page += 1) {
      const query = { PageSize: 2, ...(token && { Page: page, PageToken: token }) };
      const { messaging_configurations: items, meta } = await unwrap(
        client.GET(all, { params: { ...place.params, query } }),
      );
      listed.push(...items.map(({ country }) => country));
      token = new URL(meta.next_page_url ?? "x:").searchParams.get("PageToken") ?? undefined;
    }
    expect(listed).toEqual(countries);
  });
});

describe("a start by SMS", () => {
  test("leaves by the route of the number's country, else by that of all, else by none", async () => {
    expect(await routeOf("+4915123456789")).toBeNull();
    await create("CA", first);
    await create("GG", first);
    await create("all", second);
    expect(await routeOf("+14165550123")).toBe(first);
    expect(await routeOf("+12025550123")).toBe(second);
    expect(await routeOf("+447781123456")).toBe(first);
    expect(await routeOf("+447700900123")).toBe(second);
    await api().call("DELETE", `${path}/all`);
    expect(await routeOf("+12025550123")).toBeNull();
    expect(await routeOf("+14165550124")).toBe(first);
  });

  test("by auto, again and by v1 leaves by it too, and no other channel does", async () => {
    await create("US");
    const to = "+12025550123";
    expect(await routeOf(to, { Channel: "auto" })).toBe(first);
    expect(await routeOf(to, { Channel: "call" })).toBeNull();
    await api().call("POST", `${path}/US`, { MessagingServiceSid: second });
    expect(await routeOf(to)).toBe(second);
    expect(await routeOf("ada@example.com", { Channel: "email" })).toBeNull();
    const v1 = new URLSearchParams({ via: "sms", country_code: "1", phone_number: "2025550124", api_key: "sandbox" });
    const started = await fetch(`${sandbox.url}/protected/json/phones/verification/start`, {
      method: "POST",
      body: v1,
    });
    expect(started.status).toBe(200);
    expect((await api().messages("+12025550124"))[0]?.route).toBe(second);
  });

  test("follows its own service's configurations, which go with it", async () => {
    const other = await api().createService();
    await api().call("POST", path.replace(sandboxServiceSid, other), { Country: "US", MessagingServiceSid: first });
    expect(await routeOf("+12025550123")).toBeNull();
    await api().call("DELETE", `/v2/Services/${other}`);
    expect((await api().call("GET", path.replace(sandboxServiceSid, other))).body.code).toBe(20404);
  });
});
