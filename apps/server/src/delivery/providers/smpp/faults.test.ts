import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { outgoing } from "../../../../test-support/outgoing.ts";
import {
  type ManualTimers,
  manualTimers,
  type Smsc,
  type SubmitAnswer,
  startSmsc,
} from "../../../../test-support/smsc.ts";
import type { Delivered, Provider } from "../../routing.ts";
import { openSmppProvider } from "./smpp.ts";

const second = 1_000;
const timeoutMs = 10 * second;
const threeParts = "a".repeat(400);

let smsc: Smsc;
let timers: ManualTimers;
let provider: Provider;

const open = (query = "?from=Acme") =>
  openSmppProvider(new URL(`smpp://acme:s3cret@127.0.0.1:${smsc.port}${query}`), { timers });
const send = (attempt = 1, text?: string): Promise<Delivered> =>
  provider.deliver(...outgoing(timers.now, text === undefined ? {} : { text }, attempt));
const refuse =
  (status: number): SubmitAnswer =>
  (respond) =>
    respond({ status });
const noAnswer: SubmitAnswer = () => {};
/** The numbers of the parts that were submitted, in order. */
const partNumbers = () => smsc.submitted.map(({ header }) => header?.at(-1));

beforeEach(async () => {
  smsc = await startSmsc();
  timers = manualTimers();
  provider = open();
});
afterEach(async () => {
  await provider.close();
  await smsc.close();
});

describe("a message that the SMS centre does not take", () => {
  it.each([
    [0x58, "smpp_rthrottled"],
    [0x14, "smpp_rmsgqful"],
  ])("because of %i holds back all messages for a pause that grows, and goes out once", async (status, errorCode) => {
    smsc.answers.push(refuse(status), refuse(status));
    expect(await send()).toEqual({ status: "retry", errorCode, retryAfterSeconds: 1 });
    expect(await send(2)).toEqual({ status: "retry", errorCode, retryAfterSeconds: 1 });
    expect(smsc.submitted).toHaveLength(1);
    timers.now += second;
    expect(await send()).toEqual({ status: "retry", errorCode, retryAfterSeconds: 2 });
    timers.now += 2 * second;
    expect(await send()).toEqual({ status: "sent", reference: "id-3" });
    smsc.answers.push(refuse(status));
    expect(await send(2)).toEqual({ status: "retry", errorCode, retryAfterSeconds: 1 });
  });

  it.each([
    [0x0b, "failed", "smpp_rinvdstadr"],
    [0xfe, "failed", "smpp_rdeliveryfailure"],
    [0x08, "retry", "smpp_rsyserr"],
    [0x0a, "retry", "smpp_rinvsrcadr"],
    [0x0402, "retry", "smpp_0x00000402"],
  ])("with status %i ends it only if nobody else could carry it", async (code, status, errorCode) => {
    smsc.answers.push(refuse(code));
    expect(await send()).toEqual({ status, errorCode });
  });

  it("in part is completed by the parts that are missing, under the same number", async () => {
    smsc.answers.push(
      (respond) => respond({ id: "a" }),
      refuse(0x08),
      (respond) => respond({ id: "c" }),
    );
    expect(await send(1, threeParts)).toEqual({ status: "retry", errorCode: "smpp_rsyserr" });
    expect(await send(1, threeParts)).toEqual({ status: "sent", reference: "c" });
    expect(partNumbers()).toEqual([1, 2, 3, 2]);
    expect(new Set(smsc.submitted.map(({ header }) => header?.at(2))).size).toBe(1);
  });

  it("in part is no success until the last part is taken", async () => {
    let answerLast = () => {};
    smsc.answers.push(
      (respond) => respond({ id: "a" }),
      (respond) => respond({ id: "b" }),
      (respond) => {
        answerLast = () => respond({ id: "c" });
      },
    );
    let isDone = false;
    const sending = send(1, threeParts).finally(() => {
      isDone = true;
    });
    await smsc.until(() => smsc.submitted.length === 3);
    // An exchange that follows the answers to the other parts.
    await smsc.deliver({}, "enquire_link");
    expect(isDone).toBe(false);
    answerLast();
    expect(await sending).toEqual({ status: "sent", reference: "c" });
  });
});

describe("an answer of the SMS centre", () => {
  it("that is lost is waited for no longer than the time-out, while the connection lives on", async () => {
    smsc.answers.push(noAnswer);
    const sending = send();
    await smsc.until(() => smsc.submitted.length === 1);
    await timers.fire(timeoutMs);
    expect(await sending).toEqual({ status: "retry", errorCode: "smpp_timeout" });
    await smsc.until(() => smsc.commands.includes("enquire_link"));
    expect(await send()).toMatchObject({ status: "sent" });
    expect(smsc.binds).toHaveLength(1);
  });

  it("that comes late keeps the code from going out twice", async () => {
    let answer = () => {};
    smsc.answers.push((respond) => {
      answer = () => respond({ id: "late" });
    });
    const sending = send();
    await smsc.until(() => smsc.submitted.length === 1);
    await timers.fire(timeoutMs);
    expect(await sending).toEqual({ status: "retry", errorCode: "smpp_timeout" });
    answer();
    await smsc.deliver({}, "enquire_link");
    expect(await send()).toEqual({ status: "sent", reference: "late" });
    expect(smsc.submitted).toHaveLength(1);
  });

  it("that is cut off with the connection makes the message go out by the next one", async () => {
    smsc.answers.push((_, { socket }) => void socket.destroy());
    expect(await send()).toEqual({ status: "retry", errorCode: "smpp_connection_lost" });
    await timers.fire(second / 2);
    expect(await send()).toEqual({ status: "sent", reference: "id-2" });
  });

  it("is awaited by no more messages than the window has room for, and each code arrives once", async () => {
    await provider.close();
    provider = open("?from=Acme&window=3");
    const held: (() => void)[] = [];
    for (let each = 0; each < 20; each++) {
      smsc.answers.push((respond) => void held.push(() => respond({ id: `m-${each}` })));
    }
    const sending = Promise.all(Array.from({ length: 20 }, (_, index) => send(index + 1, `Code ${100_000 + index}`)));
    for (let answered = 0; answered < 20; answered++) {
      await smsc.until(() => smsc.submitted.length === Math.min(20, answered + 3));
      await smsc.deliver({}, "enquire_link");
      expect(smsc.submitted).toHaveLength(Math.min(20, answered + 3));
      held[answered]?.();
    }
    expect((await sending).map(({ status }) => status)).toEqual(Array(20).fill("sent"));
    expect(new Set(smsc.submitted.map(({ text }) => text)).size).toBe(20);
    expect(smsc.submitted).toHaveLength(20);
  });
});
