import type { AuditEntry as AuditEntryBody } from "@countersign/types";
import type { Handlers } from "../kernel/handler.ts";
import { listed } from "../kernel/page.ts";
import type { AuditEntry, AuditStore } from "./trail.ts";

/** The operation that shows who did what. */
export function auditHandlers({ audit }: { audit: AuditStore }): Pick<Handlers, "listAudit"> {
  return {
    async listAudit({ accountSid, query, url }) {
      const { actor, action, resource: resourceSid, after, before } = query;
      const times = { createdAfter: timeOf(after), createdBefore: timeOf(before) };
      const filter = { actor, action, resourceSid, ...times };
      return listed("entries", { query, url }, (page) => audit.list(accountSid, filter, page), entryBody);
    },
  };
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

function entryBody({ sid, createdAt, actor, address, action, before, after, ...entry }: AuditEntry): AuditEntryBody {
  const { resourceType: resource_type, resourceSid: resource_sid } = entry;
  const date = new Date(createdAt).toISOString();
  return { sid, date, actor, address, action, resource_type, resource_sid, before, after };
}
