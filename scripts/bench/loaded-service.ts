import { readFileSync } from "node:fs";
import { rootFolder, type Service, startService } from "./processes.ts";

/** What Countersign's image gives Node.js: room for what a request leaves behind. */
const flags = Array.from(
  readFileSync(`${rootFolder}apps/server/deploy/Dockerfile`, "utf8").matchAll(/"(--[a-z-]+-size=\d+)"/g),
  ([, flag = ""]) => flag,
);

/** Starts a service of Node.js to be put under load, as Countersign's image starts it. */
export function startForLoad(
  port: number,
  args: string[],
  options: { env?: Record<string, string> } = {},
): Promise<Service> {
  return startService(port, [...flags, ...args], options);
}
