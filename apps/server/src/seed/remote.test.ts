import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWhole } from "../../../../scripts/budget.ts";
import { publicHttps } from "../events/sender.ts";
import { fitting } from "./fitting.ts";
import { type Ask, readServer } from "./remote.ts";

const none: Ask = async (path) => ({
  [path === "/v2/Services"
    ? "services"
    : (path
        .split("/")
        .at(-1)
        ?.replace(/\B[A-Z]/g, "_$&")
        .toLowerCase() ?? "")]: [],
});
const service = { sid: `VA${"1".repeat(32)}`, friendly_name: "Acme" };

describe("what is read of a server", () => {
  it("is all pages, whatever host their addresses have, and no page twice", async () => {
    const asked: string[] = [];
    const paged =
      (next: (page: number) => string | null): Ask =>
      async (path, owners, query) => {
        if (path !== "/v2/Services") return none(path, owners, query);
        asked.push(new URLSearchParams(query).toString());
        const page = Number(query.Page ?? 0);
        return { services: [{ ...service, sid: `VA${String(page).repeat(32)}` }], meta: { next_page_url: next(page) } };
      };
    const hosts = ["https://elsewhere.example.com/v2/Services", "/v2/Services", "http://[broken"];
    const { seed } = await readServer(
      paged((page) => (page < 3 ? `${hosts[page]}?Page=${page + 1}&PageToken=P%20${page}` : null)),
      false,
    );
    expect(seed.services).toHaveLength(4);
    expect(asked).toEqual(["PageSize=1000", "Page=1&PageToken=P+0", "Page=2&PageToken=P+1", "Page=3&PageToken=P+2"]);
  });

  it("has an end, whatever next pages a server names, and each thing once", async () => {
    const answering = (services: (page: number) => object[], next: (page: number) => string) => {
      let page = 0;
      const ask: Ask = async (...asked) => {
        if (asked[0] !== "/v2/Services") return none(...asked);
        return { services: services(page), meta: { next_page_url: next(page++) } };
      };
      return readServer(ask, false);
    };
    const other = (page: number) => [{ ...service, sid: `VA${String(page).padStart(32, "0")}` }];
    const fresh = (page: number) => `/v2/Services?PageToken=${page}`;
    await expect(answering(() => [service], fresh)).rejects.toThrow(
      "The pages of /v2/Services never end: one has nothing that is new, and names a next one.",
    );
    await expect(answering(() => [], fresh)).rejects.toThrow("one has nothing that is new");
    await expect(answering(other, () => "https://a.example.com/v2/Services?PageToken=1")).rejects.toThrow(
      "The pages of /v2/Services never end: one names a page that was read already.",
    );
    await expect(answering(other, fresh)).rejects.toThrow(
      "/v2/Services has more than 10000 services, and a list of a seed file has no more.",
    );
    const many = Array.from({ length: 10_000 }, (_, index) => ({ sid: `YW${String(index).padStart(32, "0")}` }));
    const ask: Ask = async (...asked) => {
      if (asked[0] === "/v2/Services") return { services: [0, 1, 2, 3, 4].flatMap(other) };
      return asked[0].endsWith("Webhooks") ? { webhooks: many } : none(...asked);
    };
    await expect(readServer(ask, false)).rejects.toThrow("There are more than 50000 things");
    const moved = (page: number) => [...other(page), ...other(page + 1)];
    const { seed } = await answering(moved, (page) => (page < 2 ? fresh(page) : ""));
    expect(seed.services).toHaveLength(4);
  });

  it("has a name that may be shown here in place of one that may not", async () => {
    for (const [friendly_name, name] of [
      ["Acme 12345", "Acme"],
      ["★★★", "Service"],
      ["A".repeat(40), "A".repeat(30)],
      ["Ärzte: Köln (GmbH)", "Ärzte Köln GmbH"],
    ]) {
      const read = await readServer(
        async (...asked) =>
          asked[0] === "/v2/Services" ? { services: [{ ...service, friendly_name }] } : none(...asked),
        false,
      );
      const { seed, notes } = await fitting(read, { webhooks: publicHttps });
      expect(seed.services).toEqual([{ Sid: service.sid, FriendlyName: name }]);
      expect(notes).toEqual([expect.stringContaining(`it is ${JSON.stringify(name)} here.`)]);
    }
  });

  it("is a file that a server takes, or an error in one line, whatever is answered", async () => {
    const names = [
      "sid",
      "friendly_name",
      "code_length",
      "push",
      "include_date",
      "passkeys",
      "relying_party",
      "origins",
      "unique_name",
      "max",
      "event_types",
    ];
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(null, true, "", service.sid, "Acme", "https://a.example.com"),
        fc.integer({ min: -1, max: 700 }),
        fc.string({ unit: "binary", maxLength: 4 }),
        fc.array(tie("any"), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom(...names), tie("any"), { maxKeys: 4 }),
      ),
    }));
    const item = fc
      .record({ sid: fc.constantFrom(service.sid, `RK${"1".repeat(32)}`), friendly_name: fc.constant("Acme") })
      .chain((base) =>
        fc.dictionary(fc.constantFrom(...names), any, { maxKeys: 4 }).map((more) => ({ ...base, ...more })),
      );
    const page = fc.oneof({ weight: 1, arbitrary: any }, { weight: 4, arbitrary: fc.array(item, { maxLength: 2 }) });
    const property = async (pages: unknown[]) => {
      let calls = 0;
      const ask: Ask = async (...asked) => {
        const key = Object.keys((await none(...asked)) ?? {})[0] ?? "";
        const given = pages[calls++ % pages.length];
        return JSON.parse(JSON.stringify(given === null ? null : { [key]: given }));
      };
      try {
        const { seed, notes } = await fitting(await readServer(ask, false), { webhooks: publicHttps });
        expect((await fitting({ seed, notes: [] }, { webhooks: publicHttps })).notes).toEqual([]);
        for (const note of notes) expect(note).toMatch(/\.$/);
      } catch (error) {
        expect((error as Error).message).toMatch(/^[^\n]* answers (a page without \w+|no page)\.$/);
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(page, { minLength: 1, maxLength: 4 }), property), {
      numRuns: isWhole ? 300 : 4,
    });
  }, 60_000);
});
