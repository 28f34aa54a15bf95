import { generate } from "selfsigned";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { outgoing } from "../../../../test-support/outgoing.ts";
import { type ManualTimers, manualTimers, type Smsc, startSmsc } from "../../../../test-support/smsc.ts";
import type { DeliveryReport } from "../../../attempts/attempt.ts";
import type { Provider } from "../../routing.ts";
import { openSmppProvider, type SmppOptions } from "./smpp.ts";

const gsmExtended = "^{}\\[~]|€\n@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";

let smsc: Smsc;
let timers: ManualTimers;
let provider: Provider;
let reports: [reference: string, report: DeliveryReport][];
let logged: unknown[];

function open(query = "?from=Acme", options: SmppOptions = {}): Provider {
  const log = (details: object, text: string) => void logged.push(details, text);
  return openSmppProvider(new URL(`smpp://acme:s3cret@127.0.0.1:${smsc.port}${query}`), {
    timers,
    log: { info: log, warn: log },
    onReceipt: (reference, report) => void reports.push([reference, report]),
    ...options,
  });
}

async function reopen(query: string, options?: SmppOptions): Promise<void> {
  await provider.close();
  provider = open(query, options);
}

const send = (text?: string, attempt?: number) =>
  provider.deliver(...outgoing(timers.now, text === undefined ? {} : { text }, attempt));

beforeEach(async () => {
  smsc = await startSmsc();
  timers = manualTimers();
  [reports, logged] = [[], []];
  provider = open();
});
afterEach(async () => {
  await provider.close();
  await smsc.close();
});

describe("a message to an SMS centre", () => {
  it("is submitted once on one bound transceiver, and known by the centre's name for it", async () => {
    expect(await send()).toEqual({ status: "sent", reference: "id-1" });
    expect(await send(undefined, 2)).toEqual({ status: "sent", reference: "id-2" });
    expect(smsc.binds).toHaveLength(1);
    expect(smsc.binds[0]).toMatchObject({ system_id: "acme", password: "s3cret", interface_version: 0x34 });
    expect(smsc.submitted.map(({ text }) => text)).toEqual(Array(2).fill("Your Acme verification code is: 123456"));
    expect(smsc.submitted[0]?.fields).toMatchObject({
      source_addr_ton: 5,
      source_addr_npi: 0,
      source_addr: "Acme",
      dest_addr_ton: 1,
      dest_addr_npi: 1,
      destination_addr: "12025550123",
      esm_class: 0,
      registered_delivery: 1,
      data_coding: 0,
    });
  });

  it("is given up by the centre when its code is worthless", async () => {
    await send();
    const expiry = smsc.submitted[0]?.fields.validity_period as Date;
    expect(Math.round((expiry.getTime() - Date.now()) / 60_000)).toBe(10);
  });

  it.each([
    ["?from=12345", { source_addr: "12345", source_addr_ton: 3, source_addr_npi: 0 }],
    ["?from=+12025550100", { source_addr: "12025550100", source_addr_ton: 1, source_addr_npi: 1 }],
    ["?from=Acme%20Inc&ton=0&npi=9", { source_addr: "Acme Inc", source_addr_ton: 0, source_addr_npi: 9 }],
    ["?receipts=no&validity=no", { source_addr: "", registered_delivery: 0, validity_period: "" }],
  ])("goes out under %s as the kind of sender that it is", async (query, fields) => {
    await reopen(query);
    await send();
    expect(smsc.submitted[0]?.fields).toMatchObject(fields);
  });

  it("stays in GSM-7 with all its national and extended characters, two octets for the latter", async () => {
    await send(gsmExtended);
    expect(smsc.submitted[0]).toMatchObject({ text: gsmExtended, fields: { data_coding: 0 } });
  });

  it("is UCS-2 where one character is not in GSM-7", async () => {
    await send("Ваш код: 123456 🔑");
    expect(smsc.submitted[0]).toMatchObject({ text: "Ваш код: 123456 🔑", fields: { data_coding: 8 } });
  });

  it.each([
    ["GSM-7", "8", "a".repeat(152) + "€".repeat(80), 3, 153, 6],
    ["GSM-7", "16", "a".repeat(151) + "€".repeat(80), 3, 152, 7],
    ["UCS-2", "8", `${"я".repeat(66)}${"🔑".repeat(34)}`, 3, 134, 6],
    ["UCS-2", "16", `${"я".repeat(65)}${"🔑".repeat(34)}`, 3, 132, 7],
  ])(
    "of several parts in %s with %s bits comes whole, no character split",
    async (_, bits, text, count, room, size) => {
      await reopen(`?from=Acme&concat=${bits}`);
      expect(await send(text)).toEqual({ status: "sent", reference: `id-${count}` });
      expect(smsc.submitted).toHaveLength(count);
      expect(smsc.submitted.map(({ text }) => text).join("")).toBe(text);
      for (const [index, { fields, header, text }] of smsc.submitted.entries()) {
        expect(fields.esm_class).toBe(0x40);
        expect(fields.registered_delivery).toBe(index === count - 1 ? 1 : 0);
        expect([...(header ?? [])].slice(0, 2)).toEqual(bits === "8" ? [0, 3] : [8, 4]);
        expect([...(header ?? [])].slice(-2)).toEqual([count, index + 1]);
        expect((header?.length ?? 0) + 1).toBe(size);
        const octets = [...text].reduce(
          (sum, c) => sum + (fields.data_coding === 8 ? c.length * 2 : c === "€" ? 2 : 1),
          0,
        );
        expect(octets).toBeLessThanOrEqual(room);
      }
      expect(new Set(smsc.submitted.map(({ header }) => header?.subarray(0, -1).toString("hex"))).size).toBe(1);
    },
  );

  it("never leaves for a recipient that could break out of its field (security 17)", async () => {
    for (const to of ["+1202555\r\n0123", "+12025550123\0x", "ada@example.com", "+1202555012312025550123"]) {
      const delivered = await provider.deliver(...outgoing(timers.now, { to }));
      expect(delivered).toEqual({ status: "failed", errorCode: "smpp_rinvdstadr" });
    }
    expect(smsc.commands).toEqual([]);
  });

  it("is reached over TLS with a certificate that is trusted, and not with another", async () => {
    const names = [{ type: 2 as const, value: "localhost" }];
    const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
      keyType: "ec",
      extensions: [{ name: "subjectAltName", altNames: names }],
    });
    const secure = await startSmsc({ key, cert });
    const url = new URL(`smpps://acme:s3cret@localhost:${secure.port}`);
    const trusting = openSmppProvider(url, { timers, ca: cert });
    expect(await trusting.deliver(...outgoing(timers.now))).toEqual({ status: "sent", reference: "id-1" });
    await trusting.close();
    await expect(openSmppProvider(url, { timers }).probe()).rejects.toThrow(/let us in: smpp_.*self_signed/);
    await secure.close();
  });

  it("that the centre names by the code itself gets no name (security 3)", async () => {
    smsc.answers.push((respond) => respond({ id: "123456" }));
    expect(await send()).toEqual({ status: "sent" });
  });

  it("leaves neither its code nor its recipient nor the password in the log (security 4)", async () => {
    smsc.bindStatuses.push(0x0e);
    expect(await send()).toMatchObject({ status: "retry", errorCode: "smpp_rinvpaswd" });
    await timers.fire(500);
    await send();
    expect(logged).toContain("SMS centre is connected");
    expect(JSON.stringify([logged, provider.name])).not.toMatch(/123456|2025550123|s3cret/);
  });
});

describe("a delivery receipt", () => {
  const receipt = (id: string, stat = "DELIVRD", err = "000") => ({
    esm_class: 4,
    short_message: Buffer.from(
      `id:${id} sub:001 dlvrd:001 submit date:2603020930 done date:2603020930 stat:${stat} err:${err} text:id:x`,
    ),
  });

  it.each([
    ["DELIVRD", "000", { status: "delivered", errorCode: null }],
    ["UNDELIV", "001", { status: "undelivered", errorCode: "smpp_undeliv_001" }],
    ["EXPIRED", "000", { status: "undelivered", errorCode: "smpp_expired" }],
    ["REJECTD", "00B", { status: "failed", errorCode: "smpp_rejectd_00b" }],
  ])("of %s with error %s is reported by the reference of the message", async (stat, err, report) => {
    await send();
    expect(await smsc.deliver(receipt("id-1", stat, err))).toBe(0);
    expect(reports).toEqual([["id-1", report]]);
  });

  it.each([
    ["00BC614E", "12345678"],
    ["12345678", "bc614e"],
    ["0000ABCD", "abcd"],
    ["msg_1@a", "msg_1@a"],
  ])("finds the message that was answered as %s when it writes %s", async (id, written) => {
    smsc.answers.push((respond) => respond({ id }));
    const { reference } = (await send()) as { reference: string };
    await smsc.deliver(receipt(written));
    expect(reports).toEqual([[reference, { status: "delivered", errorCode: null }]]);
  });

  it("of another process's message is turned into the base that answers are in", async () => {
    await reopen("?receipt-id=decimal");
    await send();
    await smsc.deliver(receipt("12345678"));
    expect(reports.map(([reference]) => reference)).toEqual(["bc614e"]);
  });

  it("may come in optional parameters alone", async () => {
    await send();
    await smsc.deliver({ esm_class: 4, receipted_message_id: "id-1", message_state: 5 }, "data_sm");
    expect(reports).toEqual([["id-1", { status: "undelivered", errorCode: "smpp_undeliv" }]]);
  });

  it("of a step on the way, and a message of a person, are taken and say nothing", async () => {
    await send();
    expect(await smsc.deliver(receipt("id-1", "ENROUTE"))).toBe(0);
    expect(await smsc.deliver({ esm_class: 0, short_message: "STOP" })).toBe(0);
    expect(reports).toEqual([]);
  });

  it("comes again when it could not be stored", async () => {
    let isGone = true;
    const onReceipt = async () => {
      if (isGone) throw new Error("The store is gone.");
    };
    await reopen("?from=Acme", { onReceipt });
    await send();
    expect(await smsc.deliver(receipt("id-1"))).toBe(0x64);
    isGone = false;
    expect(await smsc.deliver(receipt("id-1"))).toBe(0);
  });
});

describe("the address of an SMS centre", () => {
  it.each([
    ["http://acme:s3cret@smsc.example.com", /smpp or smpps/],
    ["smpp://s3cretsystemid-16:x@smsc.example.com", /the user must have 1 to 15/],
    ["smpp://acme:s3cret-too-long@smsc.example.com", /the password must have 0 to 8/],
    ["smpp://acme:s3c%0Dret@smsc.example.com", /the password must have/],
    ["smpp://acme:s3cret@smsc.example.com/path", /end after the port/],
    ["smpp://acme:s3cret@smsc.example.com?form=s3cret", /no such setting; there are from/],
    ["smpp://acme:s3cret@smsc.example.com?from=Acme%0AInc", /from must be/],
    ["smpp://acme:s3cret@smsc.example.com?window=0", /window must be a whole number from 1 to 500/],
    ["smpp://acme:s3cret@smsc.example.com?from=a&from=b", /from must be given once/],
    ["smpp://acme:s3cret@smsc.example.com?concat=9", /concat must be 8 or 16/],
  ])("%s is refused with one line that holds no secret", (address, reason) => {
    expect(() => openSmppProvider(new URL(address))).toThrow(reason);
    expect(() => openSmppProvider(new URL(address))).not.toThrow(/s3c/);
  });
});
