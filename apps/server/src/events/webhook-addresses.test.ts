import { isIP } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startReceiver, type WebhookReceiver } from "../../test-support/webhook-receiver.ts";
import { createWebhookSender, publicHttps } from "./sender.ts";

/** Ways to write this machine or a private network as a host. */
const writtenHosts = [
  // IPv4 as no browser shows it: decimal, octal, hexadecimal, mixed, short, with a dot behind, in other digits and dots.
  ...["127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001"],
  ...["0x7f.1", "0177.0x0.0.1", "127.0.0.1.", "127.255.255.254", "１２７.０.０.１", "127。0。0。1", "①②⑦.0.0.1"],
  ...["%31%32%37.0.0.1", "0", "0.0.0.0", "0x0", "00.0.0.0", "0.1.2.3", "user:password@127.0.0.1"],
  ...["10.0.0.1", "167772161", "0xa000001", "012.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "3232235777"],
  ...["0xc0a80101", "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.1.1"],
  ...["100.64.0.1", "100.127.255.255", "198.18.0.1", "192.0.0.1", "192.0.2.1", "203.0.113.1", "224.0.0.1"],
  ...["239.255.255.250", "240.0.0.1", "255.255.255.255", "192.88.99.1"],
  // IPv6: this machine, link-local, site-local, unique-local, multicast, documentation.
  ...["[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::]", "[fe80::1]", "[febf::1]", "[fec0::1]", "[fc00::1]"],
  ...["[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]", "[100::1]", "[5f00::1]", "[4000::1]"],
  // IPv6 that embeds IPv4: mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP.
  ...["[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:a9fe:a9fe]", "[::ffff:10.0.0.1]", "[::127.0.0.1]"],
  ...["[::7f00:1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::a00:1]"],
  ...["[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2001::1]", "[2001:0:a00:1::]", "[2606:4700::5efe:10.0.0.1]"],
  ...["[2606:4700::200:5efe:127.0.0.1]"],
  // Names of this machine.
  ...["localhost", "LOCALHOST"],
];

/** What a name server may say that a URL cannot. */
const resolvedAddresses = [
  ...["127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "::", "fe80::1%eth0", "fe80::1%1"],
  ...["::1%lo", "::ffff:127.0.0.1", "::ffff:7f00:1%lo", "64:ff9b::7f00:1", "fd00::1", "0177.0.0.1", "2130706433"],
  ...["2606:4700::1%eth0", "not an address", ""],
];

const refused = { error: "the address is not public" };

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());
beforeEach(() => {
  receiver.received.length = 0;
});

const to = (host: string) => ({ url: `https://${host}/`, headers: {}, body: "" });

describe("security 19: 60 address tricks and more", () => {
  const send = createWebhookSender(publicHttps);

  it("are different ones", () => {
    expect(new Set(writtenHosts).size).toBe(writtenHosts.length);
    expect(writtenHosts.length).toBeGreaterThanOrEqual(60);
  });

  it.each(writtenHosts)("https://%s/ is refused before anything is dialled", async (host) => {
    expect(await send(to(host))).toEqual(refused);
  });

  it.each(["127.0.0.1.1", "0x7f.0.0.0.1", "256.0.0.1", "[fe80::1%25eth0]", "[::1", "[::ffff:127.0.0.1.]", "[::1%lo]"])(
    "https://%s/ is no address at all",
    async (host) => {
      expect(await send(to(host))).toEqual({ error: "the address is not https" });
    },
  );

  it.each(resolvedAddresses)("a name that resolves to '%s' is refused when it is dialled", async (address) => {
    const resolve = async () => [{ address, family: isIP(address) }];
    const byName = createWebhookSender({ ...publicHttps, resolve });
    expect(await byName(to("hook.example.com"))).toEqual(refused);
  });
});

describe("security 19: a rebinding name", () => {
  /** Says each answer once, and the last one ever after. */
  function rebinding(...answers: string[]) {
    let looks = 0;
    const resolve = async () => {
      const address = answers[Math.min(looks, answers.length - 1)] ?? "";
      looks += 1;
      return [{ address, family: isIP(address) }];
    };
    return { resolve, looks: () => looks };
  }

  it("is looked up once a try, and only what was judged is dialled", async () => {
    const { resolve, looks } = rebinding("127.0.0.1", "169.254.169.254");
    const send = createWebhookSender({ protocols: ["https:", "http:"], hasLoopback: true, resolve });
    const url = `http://rebinding.example.com:${new URL(receiver.url).port}/`;
    expect(await send({ url, headers: {}, body: "" })).toEqual({ status: 200 });
    expect(looks()).toBe(1);
    expect(await send({ url, headers: {}, body: "" })).toEqual(refused);
    expect(receiver.received).toHaveLength(1);
  });

  it("that has turned to this machine gets no second chance within a try", async () => {
    const { resolve, looks } = rebinding("127.0.0.1", "93.184.216.34");
    const send = createWebhookSender({ ...publicHttps, resolve });
    expect(await send(to(`rebinding.example.com:${new URL(receiver.url).port}`))).toEqual(refused);
    expect(looks()).toBe(1);
    expect(receiver.received).toHaveLength(0);
  });

  it("with nothing but private addresses is refused, however many it has", async () => {
    const resolve = async () => ["10.0.0.1", "fd00::1", "::1"].map((address) => ({ address, family: isIP(address) }));
    expect(await createWebhookSender({ ...publicHttps, resolve })(to("many.example.com"))).toEqual(refused);
  });
});
