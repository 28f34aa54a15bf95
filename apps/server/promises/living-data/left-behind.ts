import { readFileSync } from "node:fs";
import type { Credentials } from "../../test-support/api.ts";
import type { DashboardKeys } from "../../test-support/dashboard.ts";
import { type DatabaseKind, runSql } from "../../test-support/databases.ts";

/** What stands in a database that version 0.1.0 left behind, kept beside its dump. */
export interface LeftBehind {
  /** When it was dumped, in milliseconds since 1970. */
  at: number;
  secret: string;
  credentials: Credentials;
  serviceSid: string;
  /** By recipient. */
  codes: Record<string, string>;
  keys: DashboardKeys & { apiKey: string };
  apiKey: { sid: string; secret: string };
}

export function readLeftBehind(kind: DatabaseKind): LeftBehind {
  return JSON.parse(fileOf(kind, "json"));
}

/** Puts it into an empty database, as if it had been left behind just now: all times are moved by the same. */
export async function leaveBehind(kind: DatabaseKind, databaseUrl: string): Promise<void> {
  const { at } = readLeftBehind(kind);
  const moved = (time: string) => String(Number(time) + Date.now() - at);
  await runSql(databaseUrl, fileOf(kind, "sql").replaceAll(/\b1795\d{9}\b/g, moved));
}

function fileOf(kind: DatabaseKind, ending: string): string {
  const name = kind === "SQLite" ? "sqlite" : "postgres";
  return readFileSync(new URL(`${name}.${ending}`, import.meta.url), "utf8");
}
