import type { Webhook as WebhookBody } from "@countersign/types";
import { type RequestStore, tooManyRequests } from "../accounts/store.ts";
import type { SendWebhook, WebhookReach } from "../events/sender.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { limits } from "../kernel/limits.ts";
import { listed, type PageRequest } from "../kernel/page.ts";
import { accepted, invalid, refused } from "../kernel/refusal.ts";
import { found, gone, onWire } from "../kernel/wire.ts";
import type { WithinService } from "../services/store.ts";
import { uuidOfSid } from "../v1/keys.ts";
import { signedForm } from "./signed-form.ts";
import type { ServiceWebhookStore } from "./store.ts";
import { addressOf, failureOf, isToBeTested, type Webhook, webhooksMax } from "./webhook.ts";

type Ids = "listWebhooks" | `${"create" | "fetch" | "update" | "delete"}Webhook`;

interface Parts extends WithinService {
  serviceWebhooks: ServiceWebhookStore;
  requests: RequestStore;
  /** Where posts may go, and what takes them there. */
  webhooks: WebhookReach;
  send: SendWebhook;
  /** The receiver's. */
  signingClock: Clock;
}

/** The operations of the tag Webhooks. */
export function serviceWebhookHandlers(parts: Parts): Pick<Handlers, Ids> {
  const { services, serviceWebhooks, webhooks: reach, clock, newSid } = parts;
  const tooMany = () => invalid("ServiceSid", { at_most: webhooksMax });
  const updateWebhook: Handlers["updateWebhook"] = async (request) => {
    const { by, accountSid, path, body, base } = request;
    const before = await serviceWebhooks.fetch(which(accountSid, path));
    if (!before) return refused(20404);
    const webhookUrl = body.WebhookUrl === undefined ? undefined : addressOf(body.WebhookUrl, reach);
    if (body.WebhookUrl !== undefined && !webhookUrl) return invalid("WebhookUrl");
    const change = (webhook: Webhook): Webhook => ({
      ...webhook,
      friendlyName: body.FriendlyName ?? webhook.friendlyName,
      eventTypes: body.EventTypes ? [...new Set(body.EventTypes)] : webhook.eventTypes,
      webhookUrl: webhookUrl ?? webhook.webhookUrl,
      status: body.Status ?? webhook.status,
      version: body.Version ?? webhook.version,
      updatedAt: clock(),
    });
    const failed = isToBeTested(before, change(before)) && (await test(parts, change(before)));
    if (failed) return failed;
    const webhook = await serviceWebhooks.update(
      { ...which(accountSid, path), updatedAt: before.updatedAt },
      change,
      by,
    );
    if (webhook && webhook !== "exists") return accepted(webhookBody(webhook, base));
    // Somebody else changed it meanwhile: what was tested is not what it would be now.
    return updateWebhook(request);
  };

  return {
    async createWebhook({ by, accountSid, path: { ServiceSid: serviceSid }, body, base }) {
      if (!(await services.fetch(accountSid, serviceSid))) return refused(20404);
      const webhookUrl = addressOf(body.WebhookUrl, reach);
      if (!webhookUrl) return invalid("WebhookUrl");
      const { items } = await serviceWebhooks.list({ accountSid, serviceSid }, { size: webhooksMax });
      if (items.length >= webhooksMax) return tooMany();
      const now = clock();
      const webhook: Webhook = {
        ...{ accountSid, serviceSid, sid: newSid("YW"), friendlyName: body.FriendlyName, webhookUrl },
        eventTypes: [...new Set(body.EventTypes)],
        ...{ status: body.Status ?? "enabled", version: body.Version ?? "v2", createdAt: now, updatedAt: now },
      };
      const failed = webhook.status === "enabled" && (await test(parts, webhook));
      if (failed) return failed;
      const created = await serviceWebhooks.create(webhook, by);
      if (created === "no parent") return refused(20404);
      return created === "created" ? accepted(webhookBody(webhook, base)) : tooMany();
    },

    async listWebhooks({ accountSid, path: { ServiceSid: serviceSid }, base, ...request }) {
      if (!(await services.fetch(accountSid, serviceSid))) return refused(20404);
      const read = (page: PageRequest) => serviceWebhooks.list({ accountSid, serviceSid }, page);
      return listed("webhooks", request, read, (each) => webhookBody(each, base));
    },

    fetchWebhook: async ({ accountSid, path, base }) =>
      found(await serviceWebhooks.fetch(which(accountSid, path)), (webhook) => webhookBody(webhook, base)),

    updateWebhook,

    deleteWebhook: async ({ by, accountSid, path }) => gone(await serviceWebhooks.delete(which(accountSid, path), by)),
  };
}

/** Posts to a webhook what tells of nothing; the refusal where it is not taken. No transaction is open meanwhile. */
async function test(parts: Parts, { accountSid, serviceSid, webhookUrl }: Webhook) {
  const { serviceWebhooks, send, clock, signingClock, newSid } = parts;
  const isUsedUp = await tooManyRequests(parts, { accountSid, name: "webhookTests" }, limits.webhookTests);
  if (isUsedUp) return isUsedUp;
  const sid = newSid("WD");
  const told = { uuid: uuidOfSid(sid), type: "webhook.test", account_sid: accountSid, service_sid: serviceSid };
  const secrets = await serviceWebhooks.signingSecrets(accountSid, clock());
  if (secrets.length === 0) return refused(60330, { details: { failure: "unsigned" } });
  const failure = failureOf(await send(signedForm(webhookUrl, told, { sid, secrets, now: signingClock() })));
  return failure && refused(60330, { details: failure });
}

function which(accountSid: string, { ServiceSid, Sid }: { ServiceSid: string; Sid: string }): Partial<Webhook> {
  return { accountSid, serviceSid: ServiceSid, sid: Sid };
}

function webhookBody(webhook: Webhook, base: string): WebhookBody {
  const url = `${base}/v2/Services/${webhook.serviceSid}/Webhooks/${webhook.sid}`;
  const owners = onWire(webhook, "sid", "serviceSid", "accountSid");
  const own = onWire(webhook, "friendlyName", "eventTypes", "status", "version", "webhookUrl");
  return { ...owners, ...own, webhook_method: "POST", ...onWire(webhook, "createdAt", "updatedAt"), url };
}
