/** A credential that authenticates an account. The secret is stored hashed. */
export interface Credential {
  accountSid: string;
  /** The account's own sid for its auth token, or the sid of an API key. */
  sid: string;
  secretHash: string;
  createdAt: number;
}

export interface Account {
  sid: string;
  friendlyName: string;
  createdAt: number;
}

export interface AccountStore {
  create(account: Account, credential: Credential): Promise<void>;
  list(): Promise<Account[]>;
  /** Adds a credential, or replaces the one of the same sid; false when there is no such account. */
  rotate(credential: Credential): Promise<boolean>;
  credential(sid: string): Promise<Credential | undefined>;
  /** The account's API keys, oldest first. */
  keys(accountSid: string): Promise<Credential[]>;
  /** Takes an API key back; false when the account has no such key. */
  revoke(accountSid: string, keySid: string): Promise<boolean>;
}
