import type { Factor as FactorBody, NewFactor as NewFactorBody } from "@countersign/types";
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
import type { Factor } from "./factor.ts";
import { changedFactor, settingsOf } from "./request.ts";
import type { FactorStore } from "./store.ts";
import { toBase32, uriOf } from "./totp.ts";
import { secretOf } from "./totp-factor.ts";

type Ids = "createNewFactor" | "listFactors" | "fetchFactor" | "updateFactor" | "deleteFactor";

interface Parts extends WithinService {
  entities: Pick<EntityStore, "fetch">;
  factors: FactorStore;
  requests: Pick<RequestStore, "count">;
}

/** The operations of the tag Factors. */
export function factorHandlers(parts: Parts): Pick<Handlers, Ids> {
  const { services, entities, factors, clock, newSid } = parts;
  return {
    async createNewFactor({ by, accountSid, path, body, base }) {
      const service = await services.fetch(accountSid, path.ServiceSid);
      if (!service) return refused(20404);
      const settings = settingsOf(body, service.settings.totp);
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
      const created = await factors.create(entity, { ...settings.value, sid: newSid("YF") }, now, by);
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

    fetchFactor: async ({ accountSid, path, base }) =>
      found(await factors.fetch(which(accountSid, path), clock()), (factor) => factorBody(factor, base)),

    async updateFactor({ by, accountSid, path, body, base }) {
      const now = clock();
      const change = (factor: Factor) => changedFactor(factor, body, now);
      const updated = await factors.update(which(accountSid, path), change, now, by);
      if (!updated) return refused(20404);
      return updated.ok ? accepted(factorBody(updated.value, base)) : updated;
    },

    deleteFactor: async ({ by, accountSid, path }) => gone(await factors.delete(which(accountSid, path), clock(), by)),
  };
}

function which(accountSid: string, path: { ServiceSid: string; Identity: string; Sid: string }) {
  return { ...whichEntity(accountSid, path), sid: path.Sid };
}

function factorBody(factor: Factor, base: string): FactorBody {
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
