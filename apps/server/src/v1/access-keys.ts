import type { V1AccessKey as AccessKeyBody } from "@countersign/types";
import { type Clock, isoTime } from "../kernel/clock.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { type AccessKey, adding, newAccessKey, removing } from "./application.ts";
import type { ApplicationStore } from "./application-store.ts";
import type { V1Handlers } from "./handler.ts";
import { newKey } from "./keys.ts";

type Ids = "listAccessKeys" | "createAccessKey" | "fetchAccessKey" | "deleteAccessKey";

interface Parts {
  applications: ApplicationStore;
  clock: Clock;
}

/** They stand in the row of their application, which every Dashboard call reads. */
const accessKeysMax = 100;

/** The operations on the access keys of an application. */
export function accessKeyHandlers({ applications, clock }: Parts): Pick<V1Handlers, Ids> {
  return {
    async listAccessKeys({ application: { state } }) {
      const access_keys = state.accessKeys.map((key) => accessKeyBody(key));
      return accepted({ access_keys, message: "Access keys", success: true });
    },

    async createAccessKey({ by, application, parameters: { name, permission } }) {
      if (name.trim() === "") return refused("60069");
      const value = newKey();
      const key = newAccessKey({ name, permission }, value, clock());
      const isAdded = await applications.update(
        application,
        adding("accessKeys", key, accessKeysMax),
        key.createdAt,
        by,
      );
      if (!isAdded) return refused(isAdded === undefined ? "60073" : "60069");
      return accepted({ access_key: accessKeyBody(key, value), message: "Access key created", success: true });
    },

    async fetchAccessKey({ application: { state }, path }) {
      const key = state.accessKeys.find(({ id }) => id === path.id);
      if (!key) return refused("60071");
      return accepted({ access_key: accessKeyBody(key), message: "Access key information.", success: true });
    },

    /** Deletes any key, also the one that the call is made with. */
    async deleteAccessKey({ by, application, path }) {
      const isDeleted = await applications.update(application, removing("accessKeys", path.id), clock(), by);
      return isDeleted ? accepted({ message: "Access key deleted", success: true }) : refused("60071");
    },
  };
}

/** @param value the key itself, right after it was made */
function accessKeyBody({ id, name, permission, createdAt }: AccessKey, value?: string): AccessKeyBody {
  return { id, name, permission, ...(value !== undefined && { value }), creation_date: isoTime(createdAt) };
}
