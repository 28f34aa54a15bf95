import type { AddressInfo } from "node:net";
import smpp, { type PackagePdu, type PackageSession } from "smpp";
import type { SmppTimers } from "../src/delivery/providers/smpp/session.ts";

/** An SMS that came to the centre, read by the smpp package. */
export interface Submitted {
  fields: PackagePdu;
  text: string;
  header: Buffer | undefined;
}

/** Answers a submit: with a status, or the name for the message; or not at all. */
export type SubmitAnswer = (
  respond: (answer: { status: number } | { id: string }) => void,
  from: PackageSession,
) => void;

export interface Smsc {
  port: number;
  binds: PackagePdu[];
  /** Everything that was submitted, whatever was answered. */
  submitted: Submitted[];
  /** The names of all commands that came, answers among them. */
  commands: string[];
  /** The status of the next binds, one each; then 0. */
  bindStatuses: number[];
  /** How the next submits are answered, one each; then with `id-<number>`. */
  answers: SubmitAnswer[];
  /** While true, nothing is answered, as by a peer that is gone without a word. */
  isSilent: boolean;
  /** Resolves when it is so, after something came or a connection ended. */
  until(condition: () => boolean): Promise<void>;
  /** Sends to the transceiver, and resolves with the status of its answer. */
  deliver(fields: object, command?: string): Promise<number>;
  sessions(): PackageSession[];
  close(): Promise<void>;
}

/** A real SMS centre on this machine: the server of the smpp package. */
export async function startSmsc({
  port = 0,
  ...tls
}: {
  port?: number;
  key?: string;
  cert?: string;
} = {}): Promise<Smsc> {
  const watchers = new Set<() => void>();
  const notify = () => {
    for (const watch of watchers) watch();
  };
  const server = smpp.createServer(tls, (session) => {
    session.on("error", () => session.socket.destroy());
    // After the server's own listener, which forgets the session.
    session.socket.on("close", notify);
    session.on("pdu", (pdu: PackagePdu) => {
      smsc.commands.push(pdu.command);
      if (!pdu.isResponse() && !smsc.isSilent) serve(session, pdu);
      notify();
    });
  });

  function serve(session: PackageSession, pdu: PackagePdu): void {
    const respond = (fields: object) => void session.send(pdu.response(fields));
    if (pdu.command === "bind_transceiver") {
      smsc.binds.push(pdu);
      respond({ command_status: smsc.bindStatuses.shift() ?? 0, system_id: "smsc" });
    } else if (pdu.command === "submit_sm") {
      const { message, udh } = pdu.short_message as { message: string; udh?: Buffer[] };
      smsc.submitted.push({ fields: pdu, text: message, header: udh?.[0] });
      const answer = smsc.answers.shift();
      const id = `id-${smsc.submitted.length}`;
      const send = (given: { status: number } | { id: string }) =>
        respond("id" in given ? { message_id: given.id } : { command_status: given.status });
      if (answer) answer(send, session);
      else send({ id });
    } else {
      respond({});
      if (pdu.command === "unbind") session.socket.end();
    }
  }

  const smsc: Smsc = {
    port: 0,
    binds: [],
    submitted: [],
    commands: [],
    bindStatuses: [],
    answers: [],
    isSilent: false,
    until: (condition) =>
      new Promise((resolve) => {
        const watch = () => {
          if (!condition()) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      }),
    deliver(fields, command = "deliver_sm") {
      const [session] = server.sessions;
      if (!session) throw new Error("Nobody is bound.");
      const pdu = new smpp.PDU(command, { sequence_number: 1000 + smsc.commands.length, ...fields });
      return new Promise((resolve) => {
        session.on("pdu", function answered(answer: PackagePdu) {
          if (answer.sequence_number !== pdu.sequence_number || !answer.isResponse()) return;
          session.off("pdu", answered);
          resolve(answer.command_status);
        });
        session.send(pdu);
      });
    },
    sessions: () => server.sessions,
    async close() {
      for (const { socket } of server.sessions) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  smsc.port = (server.address() as AddressInfo).port;
  return smsc;
}

export interface ManualTimers extends SmppTimers {
  now: number;
  /** Waits until something is to run after just so many milliseconds, lets them pass, and runs it. */
  fire(ms: number): Promise<void>;
}

/** Timers that go off when a test says so. */
export function manualTimers(): ManualTimers {
  const set = new Set<{ ms: number; run: () => void }>();
  const watchers = new Set<() => void>();
  const timers: ManualTimers = {
    now: Date.UTC(2026, 2, 2, 9, 30),
    clock: () => timers.now,
    random: () => 0,
    after(ms, run) {
      const timer = { ms, run };
      set.add(timer);
      for (const watch of watchers) watch();
      return () => void set.delete(timer);
    },
    fire: (ms) =>
      new Promise((resolve) => {
        const watch = () => {
          const timer = [...set].find((each) => each.ms === ms);
          if (!timer) return;
          watchers.delete(watch);
          set.delete(timer);
          timers.now += ms;
          // Whoever set it shall have its cancellation first.
          queueMicrotask(() => {
            timer.run();
            resolve();
          });
        };
        watchers.add(watch);
        watch();
      }),
  };
  return timers;
}
