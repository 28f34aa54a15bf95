import { accessSync, constants, existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { readMigrationState } from "../store/open-store.ts";

/** What was looked at, and how it is. */
export interface Finding {
  what: "configuration" | "database" | "tables" | "channels";
  state: "ok" | "warning" | "problem";
  detail: string;
}

/** Looks whether a server could work on a database, and changes nothing. @param url as `openStore` takes it */
export async function examineDatabase(url: string): Promise<Finding[]> {
  const isSqlite = url.startsWith("sqlite:");
  const name = isSqlite ? "SQLite" : "PostgreSQL";
  try {
    if (isSqlite) checkFile(url.slice("sqlite:".length));
    const { done, known } = await readMigrationState(url);
    return [{ what: "database", state: "ok", detail: `${name} can be reached` }, tablesFinding(done, known)];
  } catch (error) {
    // A message could repeat the address, which has a password in it.
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code ?? (message.includes(url) ? "it cannot be opened" : message);
    return [{ what: "database", state: "problem", detail: `${name} cannot be reached: ${reason}` }];
  }
}

/** @throws when the file could not be read, or made, and written. */
function checkFile(path: string): void {
  if (path === ":memory:") return;
  const file = resolve(path);
  accessSync(existsSync(file) ? file : dirname(file), constants.R_OK | constants.W_OK);
}

function tablesFinding(done: number | undefined, known: number): Finding {
  const what = "tables";
  if (done === undefined) return { what, state: "warning", detail: "there are none yet; serve makes them" };
  if (done > known) return { what, state: "problem", detail: "they belong to a newer version of the server" };
  if (done < known) return { what, state: "warning", detail: `${known - done} migrations wait; serve runs them` };
  return { what, state: "ok", detail: `up to date, ${done} migrations` };
}
