import { randomBytes } from "node:crypto";
import { audit } from "../console/trail.ts";
import type { Author } from "../kernel/handler.ts";
import { table } from "../sql/table.ts";
import { run, type Sql } from "../sql/text.ts";
import type { DayKeys } from "../verifications/vault.ts";

/** What posts to an account's webhooks are signed with. */
interface SigningSecret {
  accountSid: string;
  sealedSecret: string;
  /** The one before, which signs besides until then. */
  sealedFormer: string | null;
  formerEndsAt: number | null;
}

export const signingSecrets = table<SigningSecret>({
  name: "signing_secrets",
  owner: "account",
  key: ["account_sid"],
  fields: { accountSid: "plain", sealedSecret: "plain", sealedFormer: "plain", formerEndsAt: "plain" },
  person: { none: "a secret is a tenant's own" },
  erased: { never: "receivers know it" },
  survivesReset: "a reset leaves whom receivers believe",
});

/** Secrets are sealed under no secret that is replaced, so that none of them needs to be sealed again. */
export function signingSecretStore(sql: Sql, { sealKept, open }: Pick<DayKeys, "sealKept" | "open">) {
  const newSecret = () => `whsec_${randomBytes(32).toString("base64")}`;
  const secretsOf = (now: number) => (row: unknown[]) => {
    const { sealedSecret, sealedFormer, formerEndsAt } = signingSecrets.of(row);
    const former = now < (formerEndsAt ?? 0) && sealedFormer ? [sealedFormer] : [];
    return [sealedSecret, ...former].flatMap((each) => open(each) ?? []);
  };
  return {
    /** What signs the posts of an account, the newest first; one is made where there is none. */
    async signingSecrets(accountSid: string, now: number, first = newSecret()): Promise<string[]> {
      const [known] = await sql.read(select, [accountSid]);
      if (known) return secretsOf(now)(known);
      const row = [accountSid, sealKept(first), null, null];
      await sql.run(`${signingSecrets.insert} ON CONFLICT (account_sid) DO NOTHING`, row);
      return (await sql.read(select, [accountSid])).flatMap(secretsOf(now));
    },
    /** Gives an account a new one, beside which the one before signs until the overlap ends. */
    rotateSigningSecret: (accountSid: string, overlapSeconds: number, now: number, by: Author) =>
      sql.transact(function* () {
        yield* run(
          `INSERT INTO signing_secrets AS s (${signingSecrets.fieldColumns}) VALUES ($1, $2, NULL, NULL)
           ON CONFLICT (account_sid) DO UPDATE
           SET sealed_secret = excluded.sealed_secret, sealed_former = s.sealed_secret, former_ends_at = $3`,
          [accountSid, sealKept(newSecret()), now + overlapSeconds * 1000],
        );
        yield* audit({ accountSid, by, at: now, action: "rotated", resourceType: "signing_secret" });
      }),
  };
}

const select = `SELECT ${signingSecrets.fieldColumns} FROM signing_secrets WHERE account_sid = $1`;
