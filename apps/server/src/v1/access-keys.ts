import type { Clock } from "../kernel/clock.ts";
import type { AccessKey } from "./application.ts";
import { accessKeyBody } from "./application-body.ts";
import type { ApplicationStore } from "./application-store.ts";
import { type V1Handlers, type V1Outcome, v1Refused } from "./handler.ts";
import { hashKey, uuidShaped } from "./keys.ts";

type Ids = "listAccessKeys" | "createAccessKey" | "fetchAccessKey" | "deleteAccessKey";

interface Parts {
  applications: ApplicationStore;
  clock: Clock;
  newKey: () => string;
}

/** They stand in the row of their application, which every Dashboard call reads. */
const accessKeysMax = 100;

/** The operations on the access keys of an application. */
export function accessKeyHandlers({ applications, clock, newKey }: Parts): Pick<V1Handlers, Ids> {
  return {
    listAccessKeys: async ({ application: { state } }) => ({
      ok: true,
      value: { access_keys: state.accessKeys.map((key) => accessKeyBody(key)), message: "Access keys", success: true },
    }),

    async createAccessKey({ application, parameters: { name, permission } }) {
      if (name.trim() === "") return v1Refused("60069");
      const value = newKey();
      const id = `AK_${uuidShaped(newKey())}`;
      const key: AccessKey = { id, name, permission, keyHash: hashKey(value), createdAt: clock() };
      const added = await applications.update<V1Outcome<AccessKey, "60069">>(
        application,
        ({ state }) =>
          state.accessKeys.length < accessKeysMax
            ? { outcome: { ok: true, value: key }, state: { ...state, accessKeys: [...state.accessKeys, key] } }
            : { outcome: v1Refused("60069") },
        key.createdAt,
      );
      if (!added) return v1Refused("60073");
      if (!added.ok) return added;
      const access_key = accessKeyBody(key, value);
      return { ok: true, value: { access_key, message: "Access key created", success: true } };
    },

    async fetchAccessKey({ application: { state }, path }) {
      const key = state.accessKeys.find(({ id }) => id === path.id);
      if (!key) return v1Refused("60071");
      return { ok: true, value: { access_key: accessKeyBody(key), message: "Access key information.", success: true } };
    },

    /** Deletes any key, also the one that the call is made with. */
    async deleteAccessKey({ application, path }) {
      const isDeleted = await applications.update(
        application,
        ({ state }) => {
          const accessKeys = state.accessKeys.filter(({ id }) => id !== path.id);
          const isFound = accessKeys.length < state.accessKeys.length;
          return isFound ? { outcome: true, state: { ...state, accessKeys } } : { outcome: false };
        },
        clock(),
      );
      return isDeleted ? { ok: true, value: { message: "Access key deleted", success: true } } : v1Refused("60071");
    },
  };
}
