import { whichEntity } from "../entities/entity.ts";
import type { Handlers } from "../kernel/handler.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { onWire } from "../kernel/wire.ts";
import { notificationRules } from "./notification.ts";
import type { NotificationStore } from "./store.ts";

interface Parts {
  notifications: Pick<NotificationStore, "create">;
  /** Has phones be told of what was queued. */
  sendPushes: () => Promise<void>;
  newSid: (prefix: string) => string;
}

/** The operation of the tag Notifications. */
export function notificationHandlers(parts: Parts): Pick<Handlers, "createNotification"> {
  const { notifications, sendPushes, newSid } = parts;
  return {
    async createNotification({ accountSid, path, body }) {
      const { Ttl: ttlSeconds = notificationRules.ttlSeconds } = body;
      const own = { sid: newSid("NT"), ttlSeconds };
      const made = await notifications.create(whichEntity(accountSid, path), path.ChallengeSid, own);
      if (!made?.ok) return made ?? refused(20404);
      await sendPushes();
      return accepted({
        ...onWire(made.value, "sid", "accountSid", "serviceSid", "entitySid", "challengeSid", "createdAt"),
        ...{ identity: path.Identity, priority: "high", ttl: ttlSeconds },
      });
    },
  };
}
