import { describe, expect, test } from "vitest";
import { sandboxServiceSid as serviceSid } from "../src/sandbox/sandbox.ts";
import { runCommand } from "../test-support/cli.ts";
import { databaseKindsOr, dump, readSql } from "../test-support/databases.ts";
import { describeOn } from "../test-support/sandbox.ts";

interface Listed {
  verifications?: { sid: string; tags: object }[];
  meta?: { next_page_url: string | null; previous_page_url: string | null };
}

describeOn(databaseKindsOr("PostgreSQL"))((sandbox) => {
  const { api } = sandbox;
  const started = async (To: string, tags?: object, fields = {}) => {
    const Tags = tags && { Tags: JSON.stringify(tags) };
    const { body } = await api.start(serviceSid, { To, ...Tags, ...fields });
    return body;
  };
  const list = async (query: Record<string, string>) =>
    (await api.call("GET", `/console/verifications?${new URLSearchParams(query)}`)).body as Listed;
  const sids = async (query: Record<string, string>) => (await list(query)).verifications?.map(({ sid }) => sid);
  const rows = () => readSql(sandbox.databaseUrl, "SELECT * FROM verification_tags");
  const reset = () => api.call("POST", "/sandbox/reset");

  describe("tags of a verification", () => {
    test("are shown with it and find it, in whichever service, beside other filters, over pages", async () => {
      const other = await api.createService();
      const mine: string[] = [];
      for (let index = 0; index < 5; index++) {
        const { sid = "" } = await started(`+1202555012${index}`, { order: "A-17", place: String(index) });
        mine.unshift(sid);
        await started(`+1202555013${index}`, { order: "A-18" });
      }
      const { body } = await api.start(other, { To: "+12025550140", Tags: '{"order":"A-17"}' });
      mine.unshift(body.sid ?? "");
      const untagged = await started("+12025550141");
      expect(await sids({ tag: "order:A-17" })).toEqual(mine);
      expect(await sids({ tag: "order:A-17", service_sid: serviceSid })).toEqual(mine.slice(1));
      expect(await sids({ tag: "order:A-17", to: "+12025550120" })).toEqual(mine.slice(5));
      expect(await sids({ tag: "order:A-18", to: "+12025550120" })).toEqual([]);
      expect(await sids({ tag: "order:A-17", error_code: "30003" })).toEqual([]);
      for (const tag of ["order:a-17", "order:A", "order", "A-17", "", " order:A-17"])
        expect([tag, await sids({ tag })]).toEqual([tag, tag === "" ? expect.any(Array) : []]);

      const first = await list({ tag: "order:A-17", PageSize: "4" });
      const { pathname, search } = new URL(first.meta?.next_page_url ?? "");
      const next = (await api.call("GET", pathname + search)).body as Listed;
      expect([first, next].flatMap(({ verifications = [] }) => verifications.map(({ sid }) => sid))).toEqual(mine);
      const back = new URL(next.meta?.previous_page_url ?? "");
      const again = (await api.call("GET", back.pathname + back.search)).body as Listed;
      expect(again.verifications?.map(({ sid }) => sid)).toEqual(mine.slice(0, 4));
      expect(first.verifications?.[0]?.tags).toEqual({ order: "A-17" });
      const shown = async (sid = "") => (await api.call("GET", `/console/verifications/${sid}`)).body;
      expect(await shown(mine[5])).toMatchObject({ tags: { order: "A-17", place: "0" } });
      expect(await shown(untagged.sid)).toMatchObject({ tags: {} });
      const words = ["verifications", "list", "--server", sandbox.url, "--json", "--tag", "place:3"];
      expect((await runCommand(words)).out).toContain(mine[2]);
    });

    test("are at most ten, of at most 128 characters each, and what is not is named", async () => {
      const refused = async (tags: object) => {
        const { message, details } = await started("+12025550142", tags);
        return [message, details?.member];
      };
      const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`t${n}`, ""]));
      expect(await refused(many(11))).toEqual(["Invalid parameter: Tags", undefined]);
      expect(await refused({ ["x".repeat(129)]: "" })).toEqual(["Invalid parameter: Tags", "x".repeat(64)]);
      expect(await refused({ long: "x".repeat(129) })).toEqual(["Invalid parameter: Tags", "long"]);
      expect(await refused({ number: 1 })).toEqual(["Invalid parameter: Tags", "number"]);
      const most = { ...many(8), ["x".repeat(128)]: "\u{1f989}".repeat(128), "a:b": "c" };
      expect((await started("+12025550142", most)).status).toBe("pending");
      expect((await list({ to: "+12025550142" })).verifications).toMatchObject([{ tags: most }]);
      expect(await sids({ tag: "a:b:c" })).toHaveLength(1);
    });

    test("of a re-send take the place of those before, and stay where it has none", async () => {
      const To = "+12025550143";
      const tagsNow = async () => (await list({ to: To })).verifications?.[0]?.tags;
      await started(To, { order: "1", a: "b:c", "a:b": "c" });
      await started(To);
      expect(await tagsNow()).toEqual({ order: "1", a: "b:c", "a:b": "c" });
      expect(await sids({ tag: "a:b:c", to: To })).toHaveLength(1);
      await started(To, { order: "2" }, { Channel: "call" });
      expect(await tagsNow()).toEqual({ order: "2" });
      expect(await sids({ tag: "order:1", to: To })).toEqual([]);
      await started(To, {});
      expect(await tagsNow()).toEqual({});
    });

    test("stand nowhere in clear, and in no answer to who started it", async () => {
      await reset();
      const { sid = "" } = await started("+12025550144", { canaryname: "canaryvalue" });
      const answers = [
        await api.fetch(serviceSid, sid),
        await api.check(serviceSid, { To: "+12025550144", Code: "000000" }),
      ];
      const attempts = await api.call("GET", "/v2/Attempts");
      const events = await api.call("GET", `/console/verifications/${sid}/events`);
      const trail = await api.call("GET", "/console/audit");
      const all =
        [...answers, attempts, events, trail].map(({ text }) => text).join() + (await dump(sandbox.databaseUrl));
      expect(all).not.toMatch(/canary(name|value)/);
      expect(await rows()).toHaveLength(1);
    });

    test("are erased with their verification, their person, their service and a reset", async () => {
      await reset();
      await started("+12025550145", { a: "1" });
      await api.check(serviceSid, { To: "+12025550145", Code: "123456" });
      await started("+12025550145", { b: "2", c: "3" });
      await started("+12025550146", { a: "1" });
      expect(await rows()).toHaveLength(4);
      const erasure = await api.call("POST", "/console/erasures", { To: "+12025550145" });
      expect(erasure.body).toMatchObject({ erased: { verifications: 2, tags: 3 } });
      expect(await rows()).toHaveLength(1);
      const other = await api.createService();
      await api.start(other, { To: "+12025550147", Tags: '{"a":"1"}' });
      expect(await rows()).toHaveLength(2);
      await api.call("DELETE", `/v2/Services/${other}`);
      expect(await rows()).toHaveLength(1);
      await api.call("POST", "/sandbox/clock", { Seconds: String(30 * 86_400) });
      expect(await rows()).toHaveLength(1);
      await api.call("POST", "/sandbox/clock", { Seconds: "700" });
      expect(await rows()).toHaveLength(0);
      await started("+12025550145", { a: "1" });
      await reset();
      expect(await rows()).toHaveLength(0);
    });
  });
});
