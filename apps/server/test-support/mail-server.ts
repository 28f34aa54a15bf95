import type { AddressInfo } from "node:net";
import { generate } from "selfsigned";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/** A message that a mail server took. */
export interface Mail {
  from: string;
  to: string;
  /** As it came, with headers. */
  source: string;
  isTls: boolean;
  user: string | undefined;
}

export interface MailServer {
  /** `smtp://…@localhost:…?from=…`, or `smtps:`. */
  url: string;
  /** The certificate to trust. */
  ca: string;
  /** What it took, oldest first. */
  mails: Mail[];
  connections: () => number;
  close(): Promise<void>;
}

export const mailUser = "countersign";
export const mailPassword = "p@ss word";

interface MailServerParts {
  /** TLS from the first byte. */
  isImplicitTls?: boolean;
  options?: SMTPServerOptions;
  /** Asked of each message when it is there; what it returns is answered in place of taking it. */
  refuse?: (mail: Mail, mails: Mail[]) => Error | undefined;
  /** Called when the message is taken, before the answer. */
  onTaken?: (server: SMTPServer) => void;
}

/** A real mail server on this machine, with TLS, a certificate of its own and one user. */
export async function startMailServer({
  isImplicitTls = false,
  options,
  refuse,
  onTaken,
}: MailServerParts = {}): Promise<MailServer> {
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
  });
  const mails: Mail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    key,
    cert,
    secure: isImplicitTls,
    // It closes no connection by itself in the time of a test.
    closeTimeout: 50,
    onAuth: ({ username, password }, _session, done) =>
      username === mailUser && password === mailPassword
        ? done(null, { user: username })
        : done(new Error("wrong user or password")),
    onConnect(_session, done) {
      connections += 1;
      done();
    },
    onData(stream, { envelope, secure, user }, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : "";
        const to = envelope.rcptTo.map(({ address }) => address).join();
        const mail = { from, to, source: Buffer.concat(chunks).toString(), isTls: secure, user: user as string };
        const refusal = refuse?.(mail, mails);
        if (refusal) return done(refusal);
        mails.push(mail);
        if (onTaken) onTaken(server);
        else done();
      });
    },
    ...options,
  });
  // A peer that breaks off is what tests are about.
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.server.address() as AddressInfo;
  const login = `${mailUser}:${encodeURIComponent(mailPassword)}`;
  return {
    url: `${isImplicitTls ? "smtps" : "smtp"}://${login}@localhost:${port}?from=codes@example.com&name=Acme`,
    ca: cert,
    mails,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** An answer of the server, with its code. */
export function smtpReply(responseCode: number): Error {
  return Object.assign(new Error("no"), { responseCode });
}
