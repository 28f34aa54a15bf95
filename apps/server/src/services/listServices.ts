import type { Dependencies } from "../dependencies.ts";
import type { Handler } from "../kernel/handler.ts";
import { pageMeta, pageRequest } from "../kernel/page-query.ts";
import { accepted } from "../kernel/refusal.ts";
import { serviceBody } from "./service-body.ts";

export function listServices({ store }: Dependencies): Handler<"listServices"> {
  return async ({ accountSid, query, base, url }) => {
    const request = pageRequest(query);
    if (!request.ok) return request;
    const page = await store.services.list(accountSid, request.value);
    return accepted({
      services: page.items.map((service) => serviceBody(service, base)),
      meta: pageMeta("services", query, page, url),
    });
  };
}
