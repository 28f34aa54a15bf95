import type { Author } from "../kernel/handler.ts";
import type { Page, PageRequest } from "../kernel/page.ts";
import { type OnChange, resourceStore } from "../sql/resources.ts";
import { table } from "../sql/table.ts";
import type { Sql } from "../sql/text.ts";
import type { DayKeys } from "../verifications/vault.ts";

/** A number that the guard is to let pass for an account. */
export interface SafeNumber {
  accountSid: string;
  /** `GN` and 32 hexadecimal digits. */
  sid: string;
  /** In E.164; null once the secret that sealed it is gone. */
  phoneNumber: string | null;
  createdAt: number;
}

/** As it stands in its row. */
type Row = Omit<SafeNumber, "phoneNumber"> & { recipient: string; sealedRecipient: string };

export const safeNumbers = table<Row>({
  name: "safe_numbers",
  owner: "account",
  key: ["account_sid", "recipient"],
  fields: { accountSid: "plain", recipient: "plain", sid: "plain", sealedRecipient: "plain", createdAt: "plain" },
  audited: { as: "safe_number", shows: () => ({}) },
  person: {
    as: "safe_numbers",
    rows: ({ accountSid, hash }) => [{ where: "account_sid = $1 AND recipient = $2", values: [accountSid, hash] }],
  },
  erased: { never: "a number is on the list until somebody takes it off" },
});

export type SafeNumberStore = ReturnType<typeof safeNumberStore>;

/** Which number of an account is meant. */
type Which = { accountSid: string } & ({ phoneNumber: string } | { sid: string });

/** Hashes are those of no secret that is replaced, so that a list outlives its secret. */
export function safeNumberStore(sql: Sql, onChange: OnChange, { hash, sealKept, open }: DayKeys) {
  const rows = resourceStore(sql, safeNumbers, onChange, {
    unique: "recipient",
    isNewestFirst: true,
  });
  const rowOf = ({ accountSid, ...which }: Which): Partial<Row> =>
    "sid" in which ? { accountSid, sid: which.sid } : { accountSid, recipient: hash(which.phoneNumber) };
  const of = ({ accountSid, sid, sealedRecipient, createdAt }: Row): SafeNumber => {
    return { accountSid, sid, phoneNumber: open(sealedRecipient) ?? null, createdAt };
  };
  return {
    /** By which a start asks whether its number is on the list. */
    hashOf: hash,
    /** False for one that is on the list already. */
    async add({ phoneNumber, ...number }: SafeNumber & { phoneNumber: string }, by: Author): Promise<boolean> {
      const row = { ...number, recipient: hash(phoneNumber), sealedRecipient: sealKept(phoneNumber) };
      return (await rows.create(row, by)) === "created";
    },
    async fetch(which: Which): Promise<SafeNumber | undefined> {
      const row = await rows.fetch(rowOf(which));
      return row && of(row);
    },
    /** Newest first. */
    async list(accountSid: string, request: PageRequest): Promise<Page<SafeNumber>> {
      const { items, ...page } = await rows.list({ accountSid }, request);
      return { ...page, items: items.map(of) };
    },
    /** Of one account, or of all. */
    async count(accountSid?: string): Promise<number> {
      const [whose, owner] = accountSid === undefined ? ["", []] : [" WHERE account_sid = $1", [accountSid]];
      return Number((await sql.read(`SELECT count(*) FROM safe_numbers${whose}`, owner))[0]?.[0]);
    },
    remove: (which: Which, by: Author) => rows.delete(rowOf(which), by),
  };
}
