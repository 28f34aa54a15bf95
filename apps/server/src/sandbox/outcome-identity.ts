import { refused } from "../kernel/refusal.ts";

interface Call {
  path: { Identity?: string };
  /** The last two are of passkeys: what a browser gives says whose it is by the passkey's name. */
  body: { Identity?: string; identity?: string; id?: string };
}

/**
 * The same operations, but where an identity asks for an error that the operation documents, it is answered, and nothing
 * else is done.
 */
export function withOutcomeIdentities<Operations extends object>(
  handlers: Operations,
  isDocumented: (operationId: string, code: number) => boolean,
): Operations {
  const entries = Object.entries(handlers as Record<string, (call: Call) => Promise<unknown>>);
  const wrapped = entries.map(([operationId, handler]) => {
    const answering = (call: Call) => {
      const { Identity, identity, id } = call.body;
      const code = errorOfIdentity(call.path.Identity ?? Identity ?? identity ?? id ?? "");
      const isAsked = code !== undefined && isDocumented(operationId, code);
      return isAsked
        ? Promise.resolve(refused(code, { parameter: identity === undefined ? "Identity" : "identity" }))
        : handler(call);
    };
    return [operationId, answering];
  });
  return Object.fromEntries(wrapped);
}

/** The error that an identity asks for: `error-` and five digits, by themselves or before a dash. Sandbox only. */
export function errorOfIdentity(identity: string): number | undefined {
  const digits = /^error-(\d{5})(?:-|$)/.exec(identity)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
