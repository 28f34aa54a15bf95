import { isFriendlyName } from "@countersign/document";
import { newCredential } from "../accounts/authenticate.ts";
import type { Place } from "../kernel/parsed.ts";
import type { Fault } from "../kernel/written.ts";
import { operator } from "../sql/resources.ts";
import { openStore } from "../store/open-store.ts";
import { createTemplates } from "../templates/catalogue.ts";
import { createVault } from "../verifications/vault.ts";
import { newSecrets } from "./accounts.ts";
import { parseSeed, routesIn } from "./file.ts";
import type { Item } from "./kinds.ts";
import type { Read } from "./remote.ts";
import { applySeed, type Ground } from "./seed.ts";

/**
 * Takes out of what was read elsewhere what a server of ours would refuse, by trying it on one that is empty. What is taken
 * out is noted, with the reason.
 */
export async function fitting(
  { seed: given, notes: before }: Read,
  takes: Pick<Ground, "webhooks" | "takesUnlisted">,
): Promise<Read> {
  const seed = structuredClone(given);
  const notes = [...before];
  const vault = createVault("of a server that is not kept");
  const store = await openStore("sqlite::memory:", undefined, { wrapping: vault });
  try {
    const credential = newCredential({ accountSid, sid: accountSid, secret: "none", createdAt: 0 });
    await store.accounts.create({ sid: accountSid, friendlyName: "None", createdAt: 0 }, credential, operator);
    for (let faults: readonly Fault[] = []; ; ) {
      for (const fault of faults) notes.push(takenOut(seed, fault));
      for (const list of Object.values(seed)) compact(list);
      const parsed = parseSeed(JSON.stringify(seed), 0, String);
      if ("problems" in parsed) throw new Error(parsed.problems.join("\n"));
      const ground = {
        ...{ ...takes, store, accountSid, pushes: { has: () => true }, templates: createTemplates(parsed.templates) },
        outlets: { smsRoutes: () => routesIn(parsed).map((sid) => ({ sid })) },
        secrets: { ...newSecrets, env: {}, vault },
      };
      const seeded = await applySeed(parsed, ground, true);
      if (!("faults" in seeded)) return { seed, notes };
      faults = seeded.faults;
    }
  } finally {
    await store.close();
  }
}

const accountSid = `AC${"0".repeat(32)}`;

/** Takes out the member that a fault is about, or the thing itself. @returns what it was, and why it is gone */
function takenOut(seed: Item, [place, why]: Fault): string {
  // A template with a mistake is none.
  const where = place[0] === "templates" ? place.slice(0, 2) : place;
  const last = where.at(-1);
  const holder = where.slice(0, -1).reduce<unknown>((part, name) => (part as Item | undefined)?.[name], seed) as
    | Item
    | undefined;
  if (last === undefined || where.length < 2) throw new Error(`What was read ${why}.`);
  const value = holder?.[last];
  const label = labelOf(seed, where);
  const name = typeof value === "string" && last === "FriendlyName" ? nameOf(value) : undefined;
  if (holder && name !== undefined) holder.FriendlyName = name;
  else if (holder && Array.isArray(holder)) holder[Number(last)] = undefined;
  else if (holder) delete holder[last];
  // It is not what it must be without what was taken out of it.
  if (/^must (have required|NOT have fewer)/.test(why)) return `${label} is left out with that.`;
  const shown = value === undefined || typeof value === "object" ? "" : ` ${JSON.stringify(value).slice(0, 80)}`;
  return `${label}${shown} ${why}${name === undefined ? "" : `; it is ${JSON.stringify(name)} here`}.`;
}

/** A name that messages may show, as near to another as may be; nothing where the other is one already. */
function nameOf(text: string): string | undefined {
  const plain = [...text]
    .filter((letter) => letter === " " || isFriendlyName(letter))
    .join("")
    .replace(/ +/g, " ")
    .trim()
    .slice(0, 30);
  const name = isFriendlyName(plain) ? plain : plain.replace(/\d/g, "").trim();
  return [name, "Service"].find((each) => each !== "" && each !== text && isFriendlyName(each));
}

/** As a person finds it where it was read: `services VA… rate_limits RK… UniqueName`. */
function labelOf(seed: Item, place: Place): string {
  let part: unknown = seed;
  return place
    .map((name) => {
      part = (part as Item | undefined)?.[name];
      const { Sid, sid, UniqueName, Country, PhoneNumber } = (part ?? {}) as Item;
      return typeof name === "number" || /^\d+$/.test(name)
        ? String(Sid ?? sid ?? UniqueName ?? Country ?? PhoneNumber ?? name)
        : name;
    })
    .join(" ");
}

/** Without what was taken out of lists. */
function compact(list: unknown): void {
  if (!Array.isArray(list)) return;
  const kept = list.filter((item) => item !== undefined);
  list.splice(0, list.length, ...kept);
  for (const item of kept) if (item && typeof item === "object") for (const part of Object.values(item)) compact(part);
}
