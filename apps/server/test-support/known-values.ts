import type { Known } from "@countersign/contract/generate";

/** What answers have told: sids, recipients, codes, tokens of pages and of addresses. */
export interface KnownValues {
  known: Known;
  /** Takes what is in the body of an answer. */
  learn(body: unknown): void;
  /** For when nothing of it exists any more. */
  forget(): void;
}

/** Few, and not the newest ones only, so that many requests meet the same recipient of the same service. */
const perNameMax = 3;
const newOnesUntilChange = 16;
const itemsMax = 10;
const sid = /^[A-Z]{2}[0-9a-f]{32}$/;

/**
 * @param paths those of the document, by which addresses in answers are read
 * @param given what is known from the start, and never forgotten
 */
export function createKnownValues(paths: string[], given: Record<string, string[]>): KnownValues {
  const values = new Map<string, string[]>();
  const always = new Map(Object.entries(given).map(([name, texts]) => [keyOf(name), texts]));
  const patterns = paths.map((path) => new RegExp(`^${path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`));

  const seen = new Map<string, number>();

  function add(name: string, text: string): void {
    const known = values.get(name) ?? [];
    if (known.includes(text)) return;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    if (known.length < perNameMax || count % newOnesUntilChange === 0) {
      values.set(name, [text, ...known].slice(0, perNameMax));
    }
  }

  function learn(name: string, value: unknown): void {
    if (Array.isArray(value)) for (const item of value.slice(0, itemsMax)) learn(name, item);
    else if (typeof value === "object" && value !== null) {
      for (const [key, part] of Object.entries(value)) learn(keyOf(key), part);
    } else if (typeof value === "number") add(name, String(value));
    else if (typeof value === "string") {
      add(name, value);
      if (sid.test(value)) add(value.slice(0, 2), value);
      if (/^https?:/.test(value)) learnAddress(new URL(value));
    }
  }

  function learnAddress({ pathname, searchParams }: URL): void {
    // Of all others, what is told is only what was asked.
    const token = searchParams.get("PageToken");
    if (token !== null) add("pagetoken", token);
    for (const pattern of patterns) {
      const { groups = {} } = pattern.exec(pathname) ?? {};
      for (const [name, text] of Object.entries(groups)) add(keyOf(name), decodeURIComponent(text));
    }
  }

  return {
    learn: (body) => learn("", body),
    forget: () => values.clear(),
    known(name, { pattern }) {
      const prefix = /^\^([A-Z]{2})\[/.exec(pattern ?? "")?.[1];
      const keys = prefix ? [prefix] : (told[name] ?? [keyOf(name)]);
      return keys.flatMap((key) => {
        const learned = values.get(key) ?? [];
        const usual = always.get(key) ?? [];
        // What was given outweighs the rest: two parameters that belong together are given together.
        return [...learned, ...Array(Math.max(learned.length, 1)).fill(usual).flat()];
      });
    },
  };
}

/** What answers call otherwise than requests do; a verification is found by its recipient, too. */
const told: Record<string, string[]> = { Sid: ["VE", "to"], AuthPayload: ["code"] };

/** `ServiceSid` is `service_sid` in answers. */
function keyOf(name: string): string {
  return /^[A-Z]{2}$/.test(name) ? name : name.replace(/^.*\./, "").replaceAll("_", "").toLowerCase();
}
