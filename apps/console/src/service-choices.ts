import { unwrap } from "@countersign/client";
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { client } from "./api.ts";

let isAsked = false;
const services = signal<[sid: string, name: string][]>([]);

/** The services to choose from, with their names; asked for once, and again by whoever changes them. */
export function useServices(): [sid: string, name: string][] {
  useEffect(() => {
    // Each row of a list may ask at the same time.
    if (services.value.length === 0 && !isAsked) reloadServices();
  }, []);
  return services.value;
}

/** Where they cannot be read, there are none to choose from: what the screen itself asks for says why. */
export function reloadServices(): void {
  isAsked = true;
  const query = { PageSize: 200 };
  unwrap(client.GET("/v2/Services", { params: { query } })).then(
    (page) => {
      services.value = page.services.map(({ sid, friendly_name }) => [sid ?? "", friendly_name ?? ""]);
    },
    () => {
      isAsked = false;
    },
  );
}
