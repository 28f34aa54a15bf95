import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { once } from "node:events";
import {
  createSecureServer,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { generate } from "selfsigned";

/** What came to a platform. */
export interface Arrived {
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
}

export type PushServer = Awaited<ReturnType<typeof startPushServer>>;
type Answer = (stream: ServerHttp2Stream) => void;

/** Stands for FCM, Google's tokens and APNs, and speaks nothing but HTTP/2. What comes to `/token` is asked for a token. */
export async function startPushServer({ isTls = false } = {}) {
  const certified = isTls
    ? await generate([{ name: "commonName", value: "localhost" }], {
        keyType: "ec",
        extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
      })
    : undefined;
  const server = certified ? createSecureServer({ key: certified.private, cert: certified.cert }) : createServer();
  const sessions = new Set<ServerHttp2Session>();
  const arrived: Arrived[] = [];
  const tokenRequests: Arrived[] = [];
  const answers: Answer[] = [];
  const tokenAnswers: Answer[] = [];
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.on("session", (session: ServerHttp2Session) => {
    sessions.add(session);
    session.on("error", () => undefined).on("close", () => sessions.delete(session));
  });
  server.on("stream", async (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on("error", () => undefined);
    let text = "";
    for await (const chunk of stream.setEncoding("utf8")) text += chunk;
    const path = String(headers[":path"]);
    const isToken = path === "/token";
    (isToken ? tokenRequests : arrived).push({ path, headers, text });
    const answer = (isToken ? tokenAnswers : answers).shift();
    if (answer) answer(stream);
    else if (isToken) json(200, { access_token: `ya29.access-${tokenRequests.length}`, expires_in: 3599 })(stream);
    else json(200, path.startsWith("/3/") ? "" : { name: "projects/acme/messages/1" })(stream);
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  const origin = `http${isTls ? "s" : ""}://localhost:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    /** The certificate to trust. */
    ca: certified?.cert,
    arrived,
    tokenRequests,
    /** How the next requests are answered, one each; then as if all were well. */
    answers,
    tokenAnswers,
    sessions,
    /** Hears no more of the connections that there are, and says nothing of it. */
    forget() {
      for (const socket of sockets) socket.pause();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Answers so, with a JSON body or none. */
export function json(status: number, body: object | "", headers: Record<string, string> = {}): Answer {
  return (stream) => {
    stream.respond({ ":status": status, ...headers });
    stream.end(body === "" ? "" : JSON.stringify(body));
  };
}

/** FCM's refusal. */
export const fcmError = (status: number, code: string, errorCode?: string, headers?: Record<string, string>) =>
  json(
    status,
    {
      error: {
        ...{ code: status, message: "Requested entity was not found.", status: code },
        ...(errorCode && {
          details: [{ "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", errorCode }],
        }),
      },
    },
    headers,
  );

/** Apple's refusal. */
export const apnError = (status: number, reason: string) => json(status, { reason });

export const pemOf = (key: KeyObject) => String(key.export({ type: "pkcs8", format: "pem" }));

/** A service account's file, as Google hands it out, and the key that its signatures are checked by. */
export function newServiceAccount(origin: string) {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const file = {
    type: "service_account",
    project_id: "acme",
    private_key_id: "0123456789abcdef",
    private_key: pemOf(privateKey),
    client_email: "push@acme.iam.gserviceaccount.com",
    token_uri: `${origin}/token`,
  };
  return { file, privateKey, publicKey };
}

export const newAppleKey = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
