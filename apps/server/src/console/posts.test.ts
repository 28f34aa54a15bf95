import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiOf } from "../../test-support/api.ts";
import { dashboardOf } from "../../test-support/dashboard.ts";
import {
  createAccount,
  databaseKinds,
  readSql,
  startDatabases,
  type TestDatabases,
} from "../../test-support/databases.ts";
import { startProduction } from "../../test-support/production.ts";
import { describeOnDatabases } from "../../test-support/sandbox.ts";
import { startReceiver, type WebhookReceiver } from "../../test-support/webhook-receiver.ts";
import type { WebhookPost } from "../events/posts.ts";
import { newSid } from "../kernel/random.ts";

interface Post {
  sid: string;
  status: string;
  tries: number;
  error: string | null;
  payload: { objects?: { phone_verification?: { s_phone_number?: string } } };
  date_next_try: string | null;
}
interface Page {
  posts: Post[];
  meta: { next_page_url: string | null };
}

describe.each(databaseKinds)("the posts, on %s", (kind) => {
  let databases: TestDatabases;
  beforeAll(async () => {
    databases = await startDatabases();
  });
  afterAll(() => databases.stop());

  test("are shown newest first by their status, page by page, each account its own, and one is tried again", async () => {
    const databaseUrl = await databases.create(kind);
    const begun = Date.UTC(2026, 2, 2, 9, 30);
    const server = await startProduction({
      databaseUrl,
      secret: "a secret of no less than 32 characters",
      clock: () => begun,
    });
    try {
      const { api, store, credentials } = server;
      const { accountSid } = credentials;
      const serviceSid = await api.createService();
      // They are due later, so that the server's own worker leaves them.
      const made = [1, 2, 3, 4].map((minutes): WebhookPost => {
        const createdAt = begun + minutes * 60_000;
        return { accountSid, serviceSid, sid: newSid("WD"), webhookId: "events", payload: { type: "t" }, createdAt };
      });
      const [pending, retrying, soon, parked] = made as [WebhookPost, WebhookPost, WebhookPost, WebhookPost];
      await store.posts.add(made);
      const later = begun + 3_600_000;
      await store.posts.claim(4, 60, later);
      await store.posts.settle(retrying, { status: "retry", at: later, error: "HTTP 503" }, begun);
      await store.posts.settle(soon, { status: "retry", at: begun + 30_000, error: "HTTP 503" }, begun);
      await store.posts.settle(parked, { status: "parked", error: "refused" }, begun);

      const list = async (query = "", of = api) =>
        (await of.call("GET", `/console/posts${query}`)).body as unknown as Page;
      const sids = async (query?: string, of?: typeof api) => (await list(query, of)).posts.map(({ sid }) => sid);
      expect(await sids()).toEqual(made.map(({ sid }) => sid).toReversed());
      expect(await sids("?status=pending")).toEqual([pending.sid]);
      expect(await sids("?status=retrying")).toEqual([soon.sid, retrying.sid]);
      expect((await list("?status=parked")).posts).toEqual([
        {
          ...{
            sid: parked.sid,
            service_sid: serviceSid,
            webhook_id: "events",
            webhook_name: null,
            status: "parked",
            tries: 1,
            error: "refused",
          },
          ...{ payload: { type: "t" }, date_created: "2026-03-02T09:34:00Z", date_next_try: null },
        },
      ]);
      const first = await list("?PageSize=3");
      expect(await sids(new URL(first.meta.next_page_url ?? "").search)).toEqual([pending.sid]);
      expect((await api.call("GET", "/console/posts?status=done")).body.code).toBe(60200);

      const retry = async (sid: string) => (await api.call("POST", `/console/posts/${sid}`)).body as unknown as Post;
      const stranger = apiOf(server.url, await createAccount(databaseUrl));
      expect(await sids("", stranger)).toEqual([]);
      expect((await stranger.call("POST", `/console/posts/${parked.sid}`)).status).toBe(404);
      expect((await api.call("POST", `/console/posts/${newSid("WD")}`)).status).toBe(404);

      const at = "2026-03-02T09:30:00Z";
      expect((await api.call("POST", `/console/posts/${pending.sid}`)).status).toBe(404);
      expect(await retry(soon.sid)).toMatchObject({ status: "retrying", date_next_try: at });
      expect(await retry(retrying.sid)).toMatchObject({ status: "retrying", tries: 1, date_next_try: at });
      expect(await retry(parked.sid)).toMatchObject({ status: "pending", tries: 0, error: null, date_next_try: at });
      const entries = await readSql(databaseUrl, "SELECT * FROM audit_entries WHERE action = 'retried'");
      expect(entries.map(({ resource_sid }) => resource_sid).sort()).toEqual(
        [soon.sid, retrying.sid, parked.sid].sort(),
      );
      expect(entries[0]).toMatchObject({ actor: accountSid, resource_type: "post", address: "127.0.0.1" });
    } finally {
      await server.close();
    }
  });
});

describe("what applications of v1 are told", () => {
  describeOnDatabases((sandbox) => {
    let receiver: WebhookReceiver;
    beforeAll(async () => {
      receiver = await startReceiver();
      receiver.answer = (response) => void response.writeHead(500).end();
    });
    afterAll(() => receiver.close());

    test("is shown without whole numbers and codes, however the caller writes a number", async () => {
      await dashboardOf(sandbox.url)("POST", "json/application/webhooks", [
        ["url", receiver.url],
        ["name", "verifications"],
        ...["phone_verification_started", "phone_verification_code_is_invalid", "phone_verification_not_found"].map(
          (event): [string, string] => ["events[]", event],
        ),
      ]);
      for (const phone_number of ["202-555-0123", "(202) 555 0124", "2025550125"]) {
        await sandbox.v1.start({ phone_number });
        await sandbox.v1.check({ phone_number, verification_code: "0000" });
      }
      await sandbox.v1.check({ phone_number: "202-555-0126", verification_code: "1234" });
      await receiver.until(7);
      const { body, text } = await sandbox.api.call("GET", "/console/posts");
      const numbers = (body as unknown as Page).posts.map(
        ({ payload }) => payload.objects?.phone_verification?.s_phone_number,
      );
      expect(new Set(numbers)).toEqual(new Set(["•••-•••-0123", "(•••) ••• 0124", "••••••0125", undefined]));
      expect(text).not.toMatch(/202.{0,3}555/);
      for (const message of await sandbox.api.messages("+12025550123")) expect(text).not.toContain(`"${message.code}"`);
    });
  });
});
