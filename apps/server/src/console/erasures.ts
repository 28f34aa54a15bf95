import type { Handlers } from "../kernel/handler.ts";
import { parseRecipient } from "../kernel/recipient.ts";
import { accepted } from "../kernel/refusal.ts";
import type { Store } from "../store/store.ts";

interface Parts extends Pick<Store, "erasePerson"> {
  vault: { hashValues(text: string): string[] };
}

/** The operation that erases a person. */
export function erasureHandlers({ erasePerson, vault }: Parts): Pick<Handlers, "createErasure"> {
  return {
    async createErasure({ by, accountSid, body }) {
      const recipient = body.To === undefined ? undefined : parseRecipient(body.To);
      if (recipient && !recipient.ok) return recipient;
      const hashesOf = (text: string) => vault.hashValues(text);
      const whom = { accountSid, recipient: recipient?.value.value, identity: body.Identity, hashesOf };
      return accepted({ erased: await erasePerson(whom, by) });
    },
  };
}
