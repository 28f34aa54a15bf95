import type { AccessToken as AccessTokenBody } from "@countersign/types";
import type { Handlers } from "../kernel/handler.ts";
import { accepted } from "../kernel/refusal.ts";
import { found, onWire } from "../kernel/wire.ts";
import type { AccessToken } from "./access-token.ts";
import type { AccessTokenStore } from "./store.ts";

interface Parts {
  accessTokens: AccessTokenStore;
  clock: () => number;
  newSid: (prefix: string) => string;
}

/** The operations of the tag Access tokens. */
export function accessTokenHandlers({
  accessTokens,
  clock,
  newSid,
}: Parts): Pick<Handlers, "createAccessToken" | "fetchAccessToken"> {
  const bodyOf = (accessToken: AccessToken, base: string): AccessTokenBody => ({
    ...onWire(accessToken, "sid", "accountSid", "serviceSid", "ttl", "createdAt"),
    entity_identity: accessToken.identity || null,
    factor_type: "push",
    factor_friendly_name: accessToken.friendlyName,
    token: accessTokens.tokenOf(accessToken.sid),
    url: `${base}/v2/Services/${accessToken.serviceSid}/AccessTokens/${accessToken.sid}`,
  });
  return {
    async createAccessToken({ by, accountSid, path, body, base }) {
      const { Identity: identity, FactorFriendlyName: friendlyName = null, Ttl: ttl = 60 } = body;
      const now = clock();
      const owner = { accountSid, serviceSid: path.ServiceSid, sid: newSid("YK"), identity };
      const times = { ttl, expiresAt: now + ttl * 1000, usedAt: null, createdAt: now };
      const created = await accessTokens.create({ ...owner, friendlyName, ...times }, by);
      return created.ok ? accepted(bodyOf(created.value, base)) : created;
    },

    async fetchAccessToken({ accountSid, path: { ServiceSid: serviceSid, Sid: sid }, base }) {
      const accessToken = await accessTokens.fetch(serviceSid, sid, clock());
      const isThere = accessToken?.accountSid === accountSid && accessToken.usedAt === null;
      return found(isThere ? accessToken : undefined, (each) => bodyOf(each, base));
    },
  };
}
