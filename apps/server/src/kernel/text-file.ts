import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** A file's text and when it was written, in milliseconds; or why it cannot be read: without a full stop. */
export type TextFile = { text: string; at: number } | { why: string };

const bytesMax = 4 * 1024 * 1024;

/**
 * Reads a file that somebody names. What is no file may have no end, or never begin, so that a pipe or a device is none that
 * can be read, and a file that grows meanwhile is not followed.
 */
export function readText(path: string | URL): TextFile {
  try {
    // The opening of a pipe would wait for whoever writes into it.
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return readOpen(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return { why: (error as NodeJS.ErrnoException).code ?? (error as Error).message };
  }
}

function readOpen(file: number): TextFile {
  const stat = fstatSync(file);
  if (!stat.isFile()) return { why: "it is no file" };
  // What a system shows as a file may say that it has no bytes.
  const chunks: Buffer[] = [];
  for (let size = 0; size <= bytesMax; ) {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    const count = readSync(file, chunk);
    if (count === 0) {
      const text = decoded(Buffer.concat(chunks));
      return text === undefined ? { why: "it is not in UTF-8" } : { text, at: Math.floor(stat.mtimeMs) };
    }
    chunks.push(chunk.subarray(0, count));
    size += count;
  }
  return { why: "it is larger than 4 MB" };
}

/** With its byte order mark; undefined for another encoding, of which something else than its writer meant would be read. */
function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
