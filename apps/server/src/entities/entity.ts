/** A person of a service, under a name of the account's own. */
export interface Entity {
  serviceSid: string;
  /** `YE` and 32 hexadecimal digits. */
  sid: string;
  accountSid: string;
  /** 8 to 64 letters, digits and dashes; empty once the secret that sealed it is gone. No two of a service have the same. */
  identity: string;
  createdAt: number;
  updatedAt: number;
}

/** By which a caller names one. */
export type Which = Pick<Entity, "accountSid" | "serviceSid" | "identity">;

/** The one that a path names. */
export function whichEntity(
  accountSid: string,
  { ServiceSid, Identity }: { ServiceSid: string; Identity: string },
): Which {
  return { accountSid, serviceSid: ServiceSid, identity: Identity };
}

/** Where it is found, and below it what is of it. */
export function addressOf({ serviceSid, identity }: Omit<Which, "accountSid">, base: string): string {
  return `${base}/v2/Services/${serviceSid}/Entities/${identity}`;
}
