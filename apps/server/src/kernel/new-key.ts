import { randomBytes } from "node:crypto";

/** A new v1 key: 128 random bits as 32 hexadecimal digits. */
export function newKey(): string {
  return randomBytes(16).toString("hex");
}
