import { isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { listed } from "../kernel/page.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import type { Store } from "../store/store.ts";
import { masked } from "./recipient-mask.ts";

interface Parts {
  safeNumbers: Pick<Store["safeNumbers"], "list" | "remove">;
  /** Whether numbers are shown whole, as where nobody is real. */
  showsRecipients?: boolean | undefined;
}

/** What people see of an account's safe list. */
export function shownSafeListHandlers({
  safeNumbers,
  showsRecipients = false,
}: Parts): Pick<Handlers, "listSafeNumbers" | "deleteSafeNumberBySid"> {
  return {
    listSafeNumbers: ({ accountSid, ...request }) =>
      listed(
        "safe_numbers",
        request,
        (page) => safeNumbers.list(accountSid, page),
        ({ sid, phoneNumber, createdAt }) => ({
          sid,
          phone_number: phoneNumber && (showsRecipients ? phoneNumber : masked(phoneNumber)),
          is_masked: !showsRecipients,
          date_created: isoTime(createdAt),
        }),
      ),

    deleteSafeNumberBySid: async ({ by, accountSid, path }) =>
      (await safeNumbers.remove({ accountSid, sid: path.Sid }, by)) ? accepted(undefined) : refused(20404),
  };
}
