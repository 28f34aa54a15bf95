/** The parts of an untyped package that the connection, and the SMS centre of the tests, call. */
declare module "smpp" {
  import type { EventEmitter } from "node:events";
  import type { Server as NetServer, Socket } from "node:net";

  export interface PackagePdu {
    command: string;
    command_status: number;
    sequence_number: number;
    isResponse(): boolean;
    response(fields?: object): PackagePdu;
    [field: string]: unknown;
  }

  export interface PackageSession extends EventEmitter {
    socket: Socket;
    /** False where the socket can take no more. */
    send(pdu: PackagePdu): boolean;
  }

  export interface PackageServer extends NetServer {
    sessions: PackageSession[];
  }

  const smpp: {
    PDU: new (command: string, fields: object) => PackagePdu;
    Session: new (options: { socket: Socket }) => PackageSession;
    createServer(options: object, listener: (session: PackageSession) => void): PackageServer;
    encodings: { ASCII: { encode(text: string): Buffer } };
    errors: Record<string, number>;
  };
  export default smpp;
}
