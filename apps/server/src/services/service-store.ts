import type { Page, PageRequest } from "../kernel/page.ts";
import type { Service, ServiceSettings } from "./service.ts";

export interface ServiceStore {
  create(service: Service): Promise<void>;
  fetch(accountSid: string, sid: string): Promise<Service | undefined>;
  /** Oldest first. */
  list(accountSid: string, page: PageRequest): Promise<Page<Service>>;
  /** Changes the settings under a lock; undefined when there is no such service. */
  update(
    accountSid: string,
    sid: string,
    change: (settings: ServiceSettings) => ServiceSettings,
    now: number,
  ): Promise<Service | undefined>;
  /** Deletes the service with its verifications; its attempts stay until they are too old. False when there was none. */
  delete(accountSid: string, sid: string): Promise<boolean>;
}
