import type { Entity as EntityBody } from "@countersign/types";
import type { RequestStore } from "../accounts/store.ts";
import { type Clock, isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { limits } from "../kernel/limits.ts";
import { listed, type PageRequest } from "../kernel/page.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import type { ServiceStore } from "../services/store.ts";
import type { Entity } from "./entity.ts";
import type { EntityStore } from "./store.ts";

type Ids = "createEntity" | "listEntities" | "fetchEntity" | "deleteEntity";

interface Parts {
  services: Pick<ServiceStore, "fetch">;
  entities: EntityStore;
  requests: Pick<RequestStore, "count">;
  clock: Clock;
  newSid: (prefix: string) => string;
}

/** The operations of the tag Entities. */
export function entityHandlers(parts: Parts): Pick<Handlers, Ids> {
  const { services, entities, clock, newSid } = parts;
  return {
    async createEntity({ by, accountSid, path, body, base }) {
      const which = { accountSid, serviceSid: path.ServiceSid, identity: body.Identity };
      if (!(await services.fetch(accountSid, path.ServiceSid))) return refused(20404);
      if (await entities.fetch(which)) return refused(60301);
      const tooMany = await tooManyEntities(parts, accountSid);
      if (tooMany) return tooMany;
      const now = clock();
      const entity: Entity = { ...which, sid: newSid("YE"), createdAt: now, updatedAt: now };
      const created = await entities.create(entity, by);
      if (created === "no parent") return refused(20404);
      return created === "created" ? accepted(entityBody(entity, base)) : refused(60301);
    },

    async listEntities({ accountSid, path: { ServiceSid: serviceSid }, base, ...request }) {
      if (!(await services.fetch(accountSid, serviceSid))) return refused(20404);
      const read = (page: PageRequest) => entities.list(accountSid, serviceSid, page);
      return listed("entities", request, read, (each) => entityBody(each, base));
    },

    async fetchEntity({ accountSid, path, base }) {
      const entity = await entities.fetch(which(accountSid, path));
      return entity ? accepted(entityBody(entity, base)) : refused(20404);
    },

    deleteEntity: async ({ by, accountSid, path }) =>
      (await entities.delete(which(accountSid, path), by)) ? accepted(undefined) : refused(20404),
  };
}

/** Counts an entity that is about to be made; the refusal when the account makes too many at once. */
export async function tooManyEntities(
  { requests, clock }: Pick<Parts, "requests" | "clock">,
  accountSid: string,
): Promise<ReturnType<typeof refused<60328>> | undefined> {
  const wait = await requests.count({ accountSid, name: "entities" }, limits.entityCreations, clock());
  return wait > 0 ? refused(60328, { retryAfterSeconds: wait }) : undefined;
}

function which(accountSid: string, { ServiceSid, Identity }: { ServiceSid: string; Identity: string }) {
  return { accountSid, serviceSid: ServiceSid, identity: Identity };
}

function entityBody({ accountSid, serviceSid, sid, identity, ...entity }: Entity, base: string): EntityBody {
  const url = `${base}/v2/Services/${serviceSid}/Entities/${identity}`;
  return {
    sid,
    identity: identity || null,
    account_sid: accountSid,
    service_sid: serviceSid,
    date_created: isoTime(entity.createdAt),
    date_updated: isoTime(entity.updatedAt),
    url,
    links: { factors: `${url}/Factors`, new_factors: `${url}/Factors`, challenges: `${url}/Challenges` },
  };
}
