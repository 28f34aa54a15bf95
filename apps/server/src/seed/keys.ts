import type { Credential } from "../accounts/store.ts";
import { keyBody } from "../console/keys.ts";
import type { Place } from "../kernel/parsed.ts";
import type { Fault } from "../kernel/written.ts";
import { type AccountParts, type Came, secretIn } from "./accounts.ts";
import type { Maker } from "./apply.ts";
import { answered, type Item, isSame, membersOf, pick, sidOf } from "./kinds.ts";

/** The SID that an API key has, or gets. @param owners see `Maker` */
export function keySid(item: Item, owners: readonly string[]): string {
  return String(item.Sid ?? sidOf({ prefix: "SK", noun: "Key", key: "FriendlyName" }, item, owners));
}

/** Makes an API key that is not there, by the rules of the API. */
export async function applyKey(
  { stores, secrets }: AccountParts,
  { call, next }: Maker,
  { accountSid, sid }: Pick<Credential, "accountSid" | "sid">,
  item: Item,
  at: Place,
): Promise<Came> {
  const before = await stores.accounts.credential(sid);
  if (before && before.accountSid !== accountSid) return { faults: [[at, "has a SID that is another's"]] };
  const given = pick(item, membersOf("createKey"));
  if (before) {
    const body = keyBody(before);
    const other = Object.keys(given).filter((name) => !isAlready(name, given[name], body));
    return {
      faults: other.map((name): Fault => [[...at, name], `cannot be changed: it is ${String(answered(body, name))}`]),
    };
  }
  const secret = secretIn(secrets, item.Secret, [...at, "Secret"]);
  const isShown = item.Secret === undefined && !secrets.areKnown;
  next.sid = sid;
  next.secret = ("value" in secret ? secret.value : undefined) ?? secrets.key(sid);
  const answer = await call("createKey", {}, given);
  const faults: Fault[] = "fault" in secret ? [secret.fault] : [];
  if (!("value" in answer)) {
    const member = answer.parameter === undefined || !(answer.parameter in given) ? [] : [answer.parameter];
    return { faults: [...faults, [[...at, ...member], `is refused: ${answer.message} (${answer.code})`]] };
  }
  return { result: "created", faults, ...(isShown && { shown: { key: sid, secret: next.secret } }) };
}

function isAlready(name: string, given: unknown, body: ReturnType<typeof keyBody>): boolean {
  if (name === "DateExpires") return Date.parse(String(given)) === Date.parse(String(body.date_expires));
  return isSame(Array.isArray(given) ? given.flatMap((text) => String(text).split(" ")) : given, answered(body, name));
}
