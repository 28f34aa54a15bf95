import type { CodeBinding } from "./start.ts";
import type { SealedCode } from "./verification.ts";

/** Makes, seals and compares codes, under secrets that are not in the database. */
export interface CodeVault {
  /** A uniformly random code of digits, leading zeros included. */
  newCode(length: number): string;
  /** Seals a code for what it is bound to; under the newest secret. */
  seal(code: string, binding: CodeBinding): SealedCode;
  /** Whether it is the sealed code, bound to just that. Takes the same time whatever differs. */
  matches(code: string, sealed: SealedCode, binding: CodeBinding): boolean;
  /** The code again, for a re-send. */
  open(sealed: SealedCode, binding: CodeBinding): string;
  sealText(text: string): string;
  /** The same under the newest secret; unchanged when that sealed it. Throws when its secret is gone. */
  resealText(sealed: string): string;
  openText(sealed: string): string;
}
