import type { Keeping } from "../sql/table.ts";
import type { Statement } from "../sql/text.ts";
import type { DayKeys } from "./vault.ts";
import type { ToldOfSend, Verification } from "./verification.ts";

/** What a caller calls a verification by, by its own names. */
export type Tags = Readonly<Record<string, string>>;

/** What holds where there is a verification of a tag, or none. */
const ofVerification = `EXISTS (SELECT 1 FROM verifications AS v WHERE v.service_sid = verification_tags.service_sid
  AND v.sid = verification_tags.verification_sid`;

export const verificationTags: Keeping = {
  name: "verification_tags",
  owner: "service",
  key: ["service_sid", "verification_sid", "place"],
  columns: ["service_sid", "verification_sid", "place", "tag_hash", "sealed", "created_at"],
  // They go with what they are of, which is erased before.
  erased: { column: "created_at", and: { sqlite: `NOT ${ofVerification})`, postgres: `NOT ${ofVerification})` } },
  person: {
    as: "tags",
    // What is pending may get some while he is looked for.
    rows: ({ accountSid, hash }) => [
      { where: `(service_sid, verification_sid) IN (${latest})`, values: [accountSid, hash] },
    ],
    sought: ({ hash }) => ({ where: `${ofVerification} AND v.recipient = $1)`, values: [hash] }),
  },
};

const latest = `SELECT service_sid, sid FROM verifications
  WHERE service_sid IN (SELECT sid FROM services WHERE account_sid = $1) AND recipient = $2 AND is_latest`;

/** Writes the tags of a verification, in place of those that it had. */
export function tagWrites(
  { serviceSid, sid, accountSid, createdAt }: Verification,
  tags: Tags,
  isNew: boolean,
  { hash, seal }: DayKeys,
): Statement[] {
  const hashes = Object.entries(tags).map(([name, value]) => hash(taggedText(accountSid, `${name}:${value}`)));
  const rows = Object.entries(tags).map(([name, value], place) => {
    // Two may read alike, as `a:b` with `c` and `a` with `b:c`: then one is found by it.
    const found = hashes.indexOf(hashes[place] ?? "") === place ? hashes[place] : undefined;
    return [serviceSid, sid, place, found ?? "", seal(JSON.stringify([name, value]), createdAt), createdAt];
  });
  return [
    ...(isNew ? [] : [{ text: removal, values: [serviceSid, sid] }]),
    ...rows.map((values) => ({ text: insertion, values })),
  ];
}

/** A decision whose verification keeps sealed what events will tell of its latest send. */
export function withTold<Decided extends { verification?: Verification; told?: ToldOfSend | undefined }>(
  decision: Decided,
  { seal }: DayKeys,
): Decided {
  const { verification, told } = decision;
  const send = verification?.attempts.at(-1);
  if (!verification || !send || !told) return decision;
  const sealed = { ...send, told: seal(JSON.stringify(told), verification.createdAt) };
  return { ...decision, verification: { ...verification, attempts: [...verification.attempts.slice(0, -1), sealed] } };
}

const removal = "DELETE FROM verification_tags WHERE service_sid = $1 AND verification_sid = $2";
const insertion = `INSERT INTO verification_tags (${verificationTags.columns}) VALUES ($1, $2, $3, $4, $5, $6)`;

/** What is hashed of a tag, that it can be looked for in all services of an account. @param tag as `name:value` */
export function taggedText(accountSid: string, tag: string): string {
  return `tag ${accountSid} ${tag}`;
}
