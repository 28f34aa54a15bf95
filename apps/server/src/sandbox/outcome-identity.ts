interface Call {
  path: { Identity?: string };
  body: { Identity?: string };
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
    const answering = async (call: Call) => {
      const code = errorOfIdentity(call.path.Identity ?? call.body.Identity ?? "");
      const isAsked = code !== undefined && isDocumented(operationId, code);
      return isAsked ? { ok: false, refusal: { code, parameter: "Identity" } } : handler(call);
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
