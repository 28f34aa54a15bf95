import type { Factor as FactorBody, NewFactor as NewFactorBody } from "@countersign/types";
import type { AccessTokenStore } from "../access-tokens/store.ts";
import type { RequestStore } from "../accounts/store.ts";
import { tooManyEntities } from "../entities/entities.ts";
import { addressOf, type Entity, whichEntity } from "../entities/entity.ts";
import type { EntityStore } from "../entities/store.ts";
import type { Handlers } from "../kernel/handler.ts";
import { identityFault } from "../kernel/identity.ts";
import { listed, type PageRequest } from "../kernel/page.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { found, gone, onWire } from "../kernel/wire.ts";
import type { WithinService } from "../services/store.ts";
import { mayReach, notEnrolling, notOwn } from "./device.ts";
import type { Factor } from "./factor.ts";
import { changedFactor, settingsOf } from "./request.ts";
import type { FactorStore } from "./store.ts";
import { toBase32, uriOf } from "./totp.ts";
import { secretOf } from "./totp-factor.ts";

type Ids = "createNewFactor" | "listFactors" | "fetchFactor" | "updateFactor" | "deleteFactor";

interface Parts extends WithinService {
  entities: Pick<EntityStore, "fetch">;
  factors: FactorStore;
  accessTokens: Pick<AccessTokenStore, "permit">;
  requests: Pick<RequestStore, "count">;
  notificationTokenMin?: number;
}

/** The operations of the tag Factors. */
export function factorHandlers(parts: Parts): Pick<Handlers, Ids> {
  const { services, entities, factors, clock, newSid } = parts;
  return {
    async createNewFactor({ principal, by, accountSid, path, body, base }) {
      const forbidden = notEnrolling(principal, path.Identity, body.FactorType);
      if (forbidden) return forbidden;
      const service = await services.fetch(accountSid, path.ServiceSid);
      if (!service) return refused(20404);
      const settings = settingsOf(body, service.settings.totp, parts);
      if (!settings.ok) return settings;
      const identity = whichEntity(accountSid, path);
      if (!(await entities.fetch(identity))) {
        const fault = identityFault(path.Identity);
        if (fault) return refused(60306, { parameter: "Identity", details: { identity: fault } });
        const tooMany = await tooManyEntities(parts, accountSid);
        if (tooMany) return tooMany;
      }
      const now = clock();
      const entity: Entity = { ...identity, sid: newSid("YE"), createdAt: now, updatedAt: now };
      const { device } = principal;
      const permit =
        device && "accessTokenSid" in device
          ? parts.accessTokens.permit(path.ServiceSid, device.accessTokenSid, now)
          : undefined;
      const created = await factors.create(entity, { ...settings.value, sid: newSid("YF") }, now, by, permit);
      if (!created.ok) return created;
      return accepted(
        newFactorBody(created.value, service.settings.totp.issuer ?? service.settings.friendlyName, base),
      );
    },

    async listFactors({ accountSid, path, base, ...request }) {
      const entity = await entities.fetch(whichEntity(accountSid, path));
      if (!entity) return refused(20404);
      const read = (page: PageRequest) => factors.list(entity, page, clock());
      return listed("factors", request, read, (each) => factorBody(each, base));
    },

    async fetchFactor({ principal, accountSid, path, base }) {
      if (!mayReach(principal, path.Identity, path.Sid)) return notOwn;
      return found(await factors.fetch(which(accountSid, path), clock()), (factor) => factorBody(factor, base));
    },

    async updateFactor({ principal, by, accountSid, path, body, base }) {
      if (!mayReach(principal, path.Identity, path.Sid)) return notOwn;
      const now = clock();
      const change = (factor: Factor) => changedFactor(factor, body, parts, now);
      const updated = await factors.update(which(accountSid, path), change, now, by);
      if (!updated) return refused(20404);
      return updated.ok ? accepted(factorBody(updated.value, base)) : updated;
    },

    async deleteFactor({ principal, by, accountSid, path }) {
      if (!mayReach(principal, path.Identity, path.Sid)) return notOwn;
      return gone(await factors.delete(which(accountSid, path), clock(), by));
    },
  };
}

function which(accountSid: string, path: { ServiceSid: string; Identity: string; Sid: string }) {
  return { ...whichEntity(accountSid, path), sid: path.Sid };
}

export function factorBody(factor: Factor, base: string): FactorBody {
  const owners = onWire(factor, "sid", "accountSid", "serviceSid", "entitySid", "identity");
  const own = onWire(factor, "friendlyName", "status", "factorType", "metadata", "createdAt", "updatedAt");
  return { ...owners, ...own, config: configBody(factor), url: `${addressOf(factor, base)}/Factors/${factor.sid}` };
}

function configBody(factor: Factor): FactorBody["config"] {
  switch (factor.factorType) {
    case "totp":
      return onWire(factor.config, "alg", "skew", "codeLength", "timeStep");
    case "push": {
      const config = onWire(factor.config, "credentialSid", "sdkVersion", "appId", "notificationPlatform");
      return { ...config, notification_token: factor.credential?.notificationToken ?? null };
    }
    case "passkeys":
      return onWire(
        factor.config,
        "relyingParty",
        "authenticatorAttachment",
        "discoverableCredentials",
        "userVerification",
      );
  }
}

/** The only answer that shows a secret. */
function newFactorBody(factor: Factor, issuer: string, base: string): NewFactorBody {
  return { ...factorBody(factor, base), binding: bindingBody(factor, issuer), options: null };
}

function bindingBody(factor: Factor, issuer: string): NewFactorBody["binding"] {
  if (factor.factorType === "push") return { public_key: factor.credential?.publicKey ?? "", alg: "ES256" };
  if (factor.factorType === "passkeys") return null;
  const secret = secretOf(factor);
  return { secret: toBase32(secret), uri: uriOf(issuer, factor.friendlyName, secret, factor.config) };
}
