import { createHash } from "node:crypto";
import { accessSync, existsSync, readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** A file as it is answered. */
export interface File {
  body: Buffer;
  type: string;
  /** Its Content-Security-Policy. */
  policy: string;
  /** Whether its name tells its content, which changes under no name then. */
  isForever?: boolean;
}

/** Tells the file of a name below the folder, if there is one. */
export type Pages = (name: string) => File | undefined;

const types: Record<string, string> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json; charset=utf-8",
  png: "image/png",
  svg: "image/svg+xml",
  woff2: "font/woff2",
};

/** As a bundler names what the page asks for. */
const isHashed = /^assets\/.+-[\w-]{8}\.\w+$/;

/**
 * Reads a folder of pages. Which files there are is read when the first is asked for, and a file when it is asked for itself,
 * so that no request reaches a file outside.
 * @throws Error when there is no such folder
 */
export function readPages(directory: string, policyOf: (type: string, body: Buffer) => string): Pages {
  accessSync(directory);
  let paths: Map<string, string> | undefined;
  const files = new Map<string, File>();
  return (name) => {
    paths ??= pathsBelow(directory);
    const path = paths.get(name);
    if (path === undefined) return undefined;
    if (!files.has(name)) {
      // A newer version may have taken its place while this program runs.
      if (!existsSync(path)) return undefined;
      const body = readFileSync(path);
      const type = types[name.slice(name.lastIndexOf(".") + 1)] ?? "text/plain; charset=utf-8";
      files.set(name, { body, type, policy: policyOf(type, body), isForever: isHashed.test(name) });
    }
    return files.get(name);
  };
}

/** By their names below it. */
function pathsBelow(directory: string): Map<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [relative(directory, path).replaceAll(sep, "/"), path];
    }),
  );
}

/** Answers with a file, compressed if the browser can read that, or with 304 when it has the file already. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  file: File,
  more: Record<string, string> = {},
): Promise<void> {
  const encoding = isCompressible(file) ? encodingOf(String(request.headers["accept-encoding"] ?? "")) : undefined;
  const { etag, body } = await written(file, encoding);
  const headers = {
    "content-security-policy": file.policy,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": file.isForever ? "public, max-age=31536000, immutable" : "no-cache",
    vary: "Accept, Accept-Encoding",
    etag,
    ...more,
  };
  // RFC 9110, section 13.1.2: a list of tags, weak ones among them, or any.
  const known = request.headers["if-none-match"]?.split(",").map((tag) => tag.trim().replace(/^W\//, "")) ?? [];
  if (status === 200 && (known.includes(etag) || known.includes("*"))) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(status, {
    ...headers,
    "content-type": file.type,
    "content-length": body.length,
    ...(encoding && { "content-encoding": encoding }),
  });
  // Node leaves the body out of an answer to HEAD.
  response.end(body);
}

const compress = {
  // At the highest quality it takes seconds, for a tenth less.
  br: (body: Buffer) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }),
  gzip: promisify<Buffer, Buffer>(gzip),
};

type Encoding = keyof typeof compress;

function isCompressible({ type, body }: File): boolean {
  return body.length > 1_000 && /^text|json|svg/.test(type);
}

/** The best that is accepted. */
function encodingOf(accepted: string): Encoding | undefined {
  const words = accepted.split(",").map((word) => word.replaceAll(" ", "").split(";"));
  return (["br", "gzip"] as const).find((encoding) =>
    words.some(([name, quality]) => name === encoding && !/^q=0(\.0*)?$/.test(quality ?? "")),
  );
}

interface Written {
  etag: string;
  body: Buffer;
}

const kept = new WeakMap<File, Map<string, Promise<Written>>>();

/** Compresses a file the first time that it is asked for so. */
function written(file: File, encoding: Encoding | undefined): Promise<Written> {
  const all = kept.get(file) ?? new Map<string, Promise<Written>>();
  kept.set(file, all);
  const name = encoding ?? "plain";
  const known = all.get(name) ?? write(file, encoding);
  all.set(name, known);
  return known;
}

async function write({ body }: File, encoding: Encoding | undefined): Promise<Written> {
  const digest = createHash("sha256").update(body).digest("base64url").slice(0, 22);
  return encoding
    ? { etag: `"${digest}-${encoding}"`, body: await compress[encoding](body) }
    : { etag: `"${digest}"`, body };
}
