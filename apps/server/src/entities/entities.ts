import type { Entity as EntityBody } from "@countersign/types";
import type { RequestStore } from "../accounts/store.ts";
import type { Handlers } from "../kernel/handler.ts";
import { limits } from "../kernel/limits.ts";
import { listed, type PageRequest } from "../kernel/page.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { found, gone, onWire } from "../kernel/wire.ts";
import type { WithinService } from "../services/store.ts";
import { addressOf, type Entity, whichEntity } from "./entity.ts";
import type { EntityStore } from "./store.ts";

type Ids = "createEntity" | "listEntities" | "fetchEntity" | "deleteEntity";

interface Parts extends WithinService {
  entities: EntityStore;
  requests: Pick<RequestStore, "count">;
}

/** The operations of the tag Entities. */
export function entityHandlers(parts: Parts): Pick<Handlers, Ids> {
  const { services, entities, clock, newSid } = parts;
  return {
    async createEntity({ by, accountSid, path, body, base }) {
      const which = whichEntity(accountSid, { ...path, ...body });
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

    fetchEntity: async ({ accountSid, path, base }) =>
      found(await entities.fetch(whichEntity(accountSid, path)), (entity) => entityBody(entity, base)),

    deleteEntity: async ({ by, accountSid, path }) => gone(await entities.delete(whichEntity(accountSid, path), by)),
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

function entityBody(entity: Entity, base: string): EntityBody {
  const url = addressOf(entity, base);
  return {
    identity: entity.identity || null,
    ...onWire(entity, "sid", "accountSid", "serviceSid", "createdAt", "updatedAt"),
    url,
    links: { factors: `${url}/Factors`, new_factors: `${url}/Factors`, challenges: `${url}/Challenges` },
  };
}
