import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { outgoing } from "../../../../test-support/outgoing.ts";
import { type ManualTimers, manualTimers, type Smsc, startSmsc } from "../../../../test-support/smsc.ts";
import type { Delivered, Provider } from "../../routing.ts";
import { openSmppProvider } from "./smpp.ts";

const second = 1_000;
const timeoutMs = 10 * second;
const enquireMs = 30 * second;

let smsc: Smsc;
let timers: ManualTimers;
let provider: Provider;

const send = (attempt = 1): Promise<Delivered> => provider.deliver(...outgoing(timers.now, {}, attempt));

beforeEach(async () => {
  smsc = await startSmsc();
  timers = manualTimers();
  provider = openSmppProvider(new URL(`smpp://acme:s3cret@127.0.0.1:${smsc.port}`), { timers });
});
afterEach(async () => {
  smsc.isSilent = false;
  await provider.close();
  await smsc.close();
});

describe("a connection to an SMS centre", () => {
  it("that is lost is opened again by itself after a pause, and carries on", async () => {
    await send();
    for (const { socket } of smsc.sessions()) socket.destroy();
    await smsc.until(() => smsc.sessions().length === 0);
    await timers.fire(second / 2);
    await smsc.until(() => smsc.binds.length === 2);
    expect(await send(2)).toEqual({ status: "sent", reference: "id-2" });
  });

  it("that does not come about is tried after ever longer pauses, and no message waits for that", async () => {
    const { port } = smsc;
    await smsc.close();
    expect(await send()).toEqual({ status: "retry", errorCode: "smpp_econnrefused", retryAfterSeconds: 1 });
    for (const pause of [0.5, 1, 2, 4, 8, 16]) await timers.fire(pause * second);
    await timers.fire(30 * second);
    smsc = await startSmsc({ port });
    await timers.fire(30 * second);
    await smsc.until(() => smsc.binds.length === 1);
    expect(await send()).toEqual({ status: "sent", reference: "id-1" });
  });

  it("that is refused says so to each message until it is taken", async () => {
    smsc.bindStatuses.push(0x0d);
    expect(await send()).toEqual({ status: "retry", errorCode: "smpp_rbindfail", retryAfterSeconds: 1 });
    expect(await send()).toEqual({ status: "retry", errorCode: "smpp_rbindfail", retryAfterSeconds: 1 });
    expect(smsc.binds).toHaveLength(1);
    await timers.fire(second / 2);
    expect(await send()).toMatchObject({ status: "sent" });
  });

  it("that the centre ends with unbind is answered, and opened again", async () => {
    await send();
    expect(await smsc.deliver({}, "unbind")).toBe(0);
    await timers.fire(second / 2);
    expect(await send(2)).toMatchObject({ status: "sent" });
  });

  it("is asked whether it lives, and asked again", async () => {
    await send();
    for (const count of [1, 2]) {
      await timers.fire(enquireMs);
      await smsc.until(() => smsc.commands.filter((command) => command === "enquire_link").length === count);
    }
    expect(await smsc.deliver({}, "enquire_link")).toBe(0);
    expect(await smsc.deliver({}, "query_sm")).toBe(0x03);
    expect(smsc.binds).toHaveLength(1);
  });

  it("that is open at our end only is found out, and replaced", async () => {
    await send();
    smsc.isSilent = true;
    await timers.fire(enquireMs);
    await timers.fire(timeoutMs);
    await smsc.until(() => smsc.sessions().length === 0);
    smsc.isSilent = false;
    await timers.fire(second / 2);
    expect(await send(2)).toMatchObject({ status: "sent" });
    expect(smsc.binds).toHaveLength(2);
  });

  it("whose octets make no sense is replaced", async () => {
    await send();
    smsc.sessions()[0]?.socket.write(Buffer.from("ffffffff00000005", "hex"));
    await smsc.until(() => smsc.sessions().length === 0);
    await timers.fire(second / 2);
    expect(await send(2)).toMatchObject({ status: "sent" });
  });

  it("that hangs before it is bound is given up", async () => {
    smsc.isSilent = true;
    const sending = send();
    await smsc.until(() => smsc.commands.includes("bind_transceiver"));
    await timers.fire(timeoutMs);
    expect(await sending).toMatchObject({ status: "retry", errorCode: "smpp_timeout" });
  });
});

describe("an SMS provider", () => {
  it("that is probed binds, unbinds, and says in one line what is wrong", async () => {
    await provider.probe();
    expect(smsc.commands).toEqual(["bind_transceiver", "unbind"]);
    smsc.bindStatuses.push(0x0e);
    await expect(provider.probe()).rejects.toThrow("the SMS centre does not let us in: smpp_rinvpaswd");
  });

  it("that is bound is probed on its connection, since centres count their binds", async () => {
    await send();
    await provider.probe();
    expect(smsc.commands).toEqual(["bind_transceiver", "submit_sm", "enquire_link"]);
  });

  it("that is closed finishes what is under way, unbinds, and takes no more", async () => {
    let answer = () => {};
    smsc.answers.push((respond) => {
      answer = () => respond({ id: "last" });
    });
    const sending = send();
    await smsc.until(() => smsc.submitted.length === 1);
    const closing = provider.close();
    answer();
    expect(await sending).toEqual({ status: "sent", reference: "last" });
    await closing;
    expect(smsc.commands).toEqual(["bind_transceiver", "submit_sm", "unbind"]);
    expect(await send()).toMatchObject({ status: "retry", errorCode: "smpp_closed" });
  });

  it("that is closed does not wait for a centre that says nothing", async () => {
    await send();
    smsc.isSilent = true;
    const closing = provider.close();
    await timers.fire(2 * second);
    await closing;
    await smsc.until(() => smsc.sessions().length === 0);
  });
});
