/** What factors of every type have. */
export interface FactorOf<Type extends string, Config, Credential> {
  serviceSid: string;
  /** `YF` and 32 hexadecimal digits. */
  sid: string;
  accountSid: string;
  entitySid: string;
  /** Of the entity. */
  identity: string;
  factorType: Type;
  status: "unverified" | "verified";
  friendlyName: string;
  metadata: Record<string, string> | null;
  config: Config;
  /** What the proof is judged by, which nobody is told; null once what sealed it is gone: then no proof is right any more. */
  credential: Credential | null;
  /** When it is gone if nobody verifies it; null once somebody has. */
  expiresAt: number | null;
  createdAt: number;
  updatedAt: number;
}
