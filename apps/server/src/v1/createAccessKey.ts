import type { Dependencies } from "../dependencies.ts";
import { hashKey, uuidShaped } from "../kernel/keys.ts";
import type { AccessKey } from "./application.ts";
import { accessKeyBody } from "./application-body.ts";
import type { V1Handler } from "./handler.ts";
import { type V1Outcome, v1Refused } from "./refusal.ts";

/** They stand in the row of their application, which every Dashboard call reads. */
const accessKeysMax = 100;

export function createAccessKey({ store, clock, newKey }: Dependencies): V1Handler<"createAccessKey"> {
  return async ({ application, parameters: { name, permission } }) => {
    if (name.trim() === "") return v1Refused("60069");
    const value = newKey();
    const id = `AK_${uuidShaped(newKey())}`;
    const key: AccessKey = { id, name, permission, keyHash: hashKey(value), createdAt: clock() };
    const added = await store.applications.update<V1Outcome<AccessKey, "60069">>(
      application,
      ({ state }) =>
        state.accessKeys.length < accessKeysMax
          ? { outcome: { ok: true, value: key }, state: { ...state, accessKeys: [...state.accessKeys, key] } }
          : { outcome: v1Refused("60069") },
      key.createdAt,
    );
    if (!added) return v1Refused("60073");
    if (!added.ok) return added;
    return { ok: true, value: { access_key: accessKeyBody(key, value), message: "Access key created", success: true } };
  };
}
