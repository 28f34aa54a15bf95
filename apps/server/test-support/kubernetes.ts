import * as servicemonitors from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
import * as apps from "kubernetes-models/apps/v1";
import * as autoscaling from "kubernetes-models/autoscaling/v2";
import * as batch from "kubernetes-models/batch/v1";
import * as networking from "kubernetes-models/networking.k8s.io/v1";
import * as policy from "kubernetes-models/policy/v1";
import * as core from "kubernetes-models/v1";
import type { Manifest } from "./chart.ts";

/** The kinds of each version of the API, whose schemas are those that Kubernetes publishes. */
const models: Record<string, Record<string, unknown>> = {
  "apps/v1": apps,
  "autoscaling/v2": autoscaling,
  "batch/v1": batch,
  "monitoring.coreos.com/v1": servicemonitors,
  "networking.k8s.io/v1": networking,
  "policy/v1": policy,
  v1: core,
};

/**
 * What a cluster would refuse of a resource, or drop: what its schema does not allow, and what it does not know.
 * @returns each fault with its place; none for a resource that is right
 */
export function faultsOf(manifest: Manifest): string[] {
  const model = models[manifest.apiVersion]?.[manifest.kind] as { prototype: { validate(): void } } | undefined;
  if (!model) return [`no schema of ${manifest.apiVersion} ${manifest.kind}`];
  const unread = new Set<string>();
  // The schemas let pass what they do not know. They read whatever they do know, and only that.
  const watched = watch(manifest, "", unread);
  try {
    model.prototype.validate.call(watched);
  } catch (error) {
    return [(error as Error).message];
  }
  return [...unread].map((place) => `${place} is not known`);
}

function watch<Value>(value: Value, place: string, unread: Set<string>): Value {
  if (typeof value !== "object" || value === null) return value;
  const placeOf = (name: string) => `${place}/${name}`;
  const below = new Map(Object.entries(value).map(([name, each]) => [name, watch(each, placeOf(name), unread)]));
  for (const name of below.keys()) unread.add(placeOf(name));
  return new Proxy(value, {
    get(target, name) {
      if (typeof name !== "string" || !below.has(name)) return Reflect.get(target, name);
      unread.delete(placeOf(name));
      return below.get(name);
    },
  });
}
