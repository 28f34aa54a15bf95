import type { Clock } from "../kernel/clock.ts";
import type { Author } from "../kernel/handler.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import type { Application, ApplicationState } from "./application.ts";
import type { ApplicationStore } from "./application-store.ts";
import { type V1Handlers, v1Invalid } from "./handler.ts";
import { newKey, uuidShaped } from "./keys.ts";

type Ids = "enableOneTouch" | "updateOneTouchCallback" | "createApprovalRequest" | "processAccounts";

interface Parts {
  applications: ApplicationStore;
  clock: Clock;
  /** Whether there is a user, who never answers. The service has none: the sandbox plays that it has. */
  hasUsers: boolean;
}

interface Changing {
  by: Author;
  application: Application;
}

/** What is left of OneTouch and of its users: settings that are kept, and requests that nobody answers. */
export function oneTouchHandlers({ applications, clock, hasUsers }: Parts): Pick<V1Handlers, Ids> {
  /** Changes the state of an application, unless its settings are locked. */
  const change = ({ by, application }: Changing, changed: Partial<ApplicationState>) =>
    applications.update(
      application,
      ({ state }) => (state.isSuspended ? { outcome: false } : { outcome: true, state: { ...state, ...changed } }),
      clock(),
      by,
    );
  return {
    async enableOneTouch(request) {
      const isEnabled = await change(request, { oneTouchEnabled: true });
      return isEnabled ? accepted({ message: "OneTouch enabled", success: true }) : refused("60064");
    },

    async updateOneTouchCallback(request) {
      const { callback_url: url, callback_method: method = "POST" } = request.parameters;
      if (!URL.canParse(url)) return refused("60066");
      const isSaved = await change(request, { oneTouchCallback: { url, method } });
      if (!isSaved) return refused("60066");
      return accepted({ message: "Callback information saved", success: true });
    },

    async createApprovalRequest({ application, parameters: { message } }) {
      if (!application.state.oneTouchEnabled) return refused("60065");
      if (message.trim() === "") return v1Invalid("message", "Parameter cannot be blank");
      if (!hasUsers) return v1Invalid("authy_id", "User not found");
      return accepted({ approval_request: { uuid: uuidShaped(newKey()) }, success: true });
    },

    /** Takes note of the accounts. What v1 did with them is not known, and no other call depends on it. */
    async processAccounts({ parameters: { "ids[]": ids } }) {
      if (ids.some((id) => id.trim() === "")) return refused("60046");
      return accepted({ ids, message: "Accounts processed", success: true });
    },
  };
}
