import { uuidShaped } from "../kernel/keys.ts";

/** A sid as v1 has ids: its digits in the shape of a UUID, without its letters. */
export function uuidOfSid(sid: string): string {
  return uuidShaped(sid.slice(2).toLowerCase());
}

/** The sid of such an id; undefined for what is none. */
export function sidOfUuid(letters: string, uuid: string): string | undefined {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(uuid)) return undefined;
  return letters + uuid.replaceAll("-", "").toLowerCase();
}
