import { laidOut } from "./layout.ts";

/** The body of an answer, as much of it as a page can show at once. */
export interface Body {
  /** Laid out where it is JSON; undefined where it is no text. */
  text: string | undefined;
  /** What of it is not there, where that has to be told. */
  note?: string;
  /** The error that it may be, as the site names its pages: `60203`, `v1/60022`. */
  error?: string;
}

/** What was read of a body. */
export interface Bytes {
  /** The first of them. */
  chunks: Uint8Array<ArrayBuffer>[];
  /** How many were counted. */
  size: number;
  /** Whether more come than are counted. */
  isEndless: boolean;
}

const bytesMax = 200_000;
const countedMax = 100_000_000;

/** @throws where the connection breaks, or is given up */
export async function readBytes({ body }: Response): Promise<Bytes> {
  const reader = body?.getReader();
  const bytes: Bytes = { chunks: [], size: 0, isEndless: false };
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    if (bytes.size < bytesMax) bytes.chunks.push(part.value.subarray(0, bytesMax - bytes.size));
    bytes.size += part.value.length;
    bytes.isEndless = bytes.size > countedMax;
    if (bytes.isEndless) await reader?.cancel();
  }
  return bytes;
}

/** @param type as the header `Content-Type` has it */
export function bodyOf({ chunks, size, isEndless }: Bytes, type: string): Body {
  const isWhole = size <= bytesMax;
  const text = decoded(chunks, isWhole);
  if (text === undefined) {
    return { text, note: `It is no text of UTF-8, and not shown: ${sizeOf(size)}${type && ` of ${type}`}.` };
  }
  if (!isWhole) {
    const left = `${isEndless ? "more than " : ""}${sizeOf(size - bytesMax)}`;
    const note = `Here are the first ${sizeOf(bytesMax)}; ${left} are left out.`;
    return { text: type.includes("json") ? laidOut(text) : text, note };
  }
  if (text === "") return { text, note: "It has no body." };
  const value = readJson(text);
  return value === undefined ? { text } : { text: laidOut(text), ...errorOf(value) };
}

/** The text of UTF-8; a character that was cut in two is left out. */
function decoded(chunks: Bytes["chunks"], isWhole: boolean): string | undefined {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + (isWhole ? decoder.decode() : "");
  } catch {
    return undefined;
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorOf(value: unknown): Pick<Body, "error"> {
  const { code, error_code } = (value ?? {}) as Record<string, unknown>;
  if (error_code !== undefined) return { error: `v1/${error_code}` };
  return code === undefined ? {} : { error: String(code) };
}

function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
