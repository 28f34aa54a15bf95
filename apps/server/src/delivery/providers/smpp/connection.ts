import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import smpp, { type PackagePdu } from "smpp";
import { tlsOptions } from "../endpoint.ts";
import type { SmppSettings } from "./settings.ts";

/** A unit of the protocol that came in. */
export interface Pdu {
  command: string;
  status: number;
  sequence: number;
  isResponse: boolean;
  /** A field as text; empty where there is none. */
  text: (name: string) => string;
  number: (name: string) => number | undefined;
  /** Sends the answer to it. */
  answer: (status: number) => void;
}

/** One connection, before any bind. All knowledge of the smpp package is here. */
interface Connection {
  /** @returns whether it was written. */
  send: (command: string, sequence: number, fields: object) => boolean;
  /** Sends what is written, and closes. */
  end: () => void;
  destroy: (reason: string) => void;
}

interface ConnectionEvents {
  opened: () => void;
  pdu: (pdu: Pdu) => void;
  /** Comes once. The reason is one word, without anything that the other side said. */
  closed: (reason: string) => void;
}

export function openConnection(
  { host, port, tls }: SmppSettings,
  ca: string | undefined,
  events: ConnectionEvents,
): Connection {
  const socket = tls ? connectTls({ host, port, ...tlsOptions(host, ca) }) : connect({ host, port });
  socket.setNoDelay(true);
  const session = new smpp.Session({ socket });
  let reason = "connection_lost";
  const destroy = (why: string) => {
    reason = why;
    socket.destroy();
  };
  socket.once(tls ? "secureConnect" : "connect", () => events.opened());
  socket.on("end", () => socket.destroy());
  socket.on("close", () => events.closed(reason));
  // Errors of the socket, and of a PDU that cannot be read, after which the package reads nothing more.
  session.on("error", (error: NodeJS.ErrnoException) => destroy(reasonOf(error)));
  session.on("pdu", (pdu: PackagePdu) => {
    if (!socket.destroyed) events.pdu(read(pdu, (answer) => session.send(answer)));
  });
  return {
    send: (command, sequence, fields) => {
      return session.send(new smpp.PDU(command, { ...fields, sequence_number: sequence }));
    },
    end: () => socket.destroySoon(),
    destroy,
  };
}

function reasonOf(error: NodeJS.ErrnoException): string {
  const isOfPdu = error instanceof RangeError || error.code === undefined;
  return isOfPdu ? "unreadable_pdu" : String(error.code);
}

function read(pdu: PackagePdu, send: (answer: PackagePdu) => void): Pdu {
  return {
    command: pdu.command,
    status: pdu.command_status,
    sequence: pdu.sequence_number,
    isResponse: pdu.isResponse(),
    text: (name) => textOf(pdu[name], pdu.data_coding),
    number: (name) => (typeof pdu[name] === "number" ? pdu[name] : undefined),
    answer: (status) => send(pdu.response({ command_status: status })),
  };
}

/** The package reads octets of the default alphabet as GSM-7, but receipts are ASCII: the two differ in `_`, `@` and `$`. */
function textOf(value: unknown, dataCoding: unknown): string {
  if (typeof value === "string") return value;
  if (Buffer.isBuffer(value)) return value.toString("latin1");
  if (typeof value !== "object" || value === null || !("message" in value)) return "";
  const { message } = value;
  if (typeof message !== "string" || (dataCoding !== 0 && dataCoding !== 1)) return textOf(message, dataCoding);
  return smpp.encodings.ASCII.encode(message).toString("latin1");
}
