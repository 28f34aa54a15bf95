import { readFileSync } from "node:fs";
import type { Component } from "./component.ts";

/** A bill of materials (CycloneDX 1.6): the libraries that a package's own files have in them. */
export interface Bill {
  bomFormat: "CycloneDX";
  specVersion: "1.6";
  version: 1;
  metadata: { component: Omit<Component, "type"> & { type: "application" | "library" } };
  components: Component[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

/** The bill of a subject. It has neither a time nor a number of its own, so that a build can be compared with another. */
export function billOf(subject: Bill["metadata"]["component"], found: Component[]): Bill {
  const components = [...merged(found)].sort((one, other) => (one.purl < other.purl ? -1 : 1));
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: subject },
    components,
    dependencies: [{ ref: subject["bom-ref"], dependsOn: components.map((component) => component["bom-ref"]) }],
  };
}

/** What a bill names, as seen from a folder that has its own folder in it. */
export function componentsOf(file: string, folder = ""): Component[] {
  const { components }: Bill = JSON.parse(readFileSync(file, "utf8"));
  return components.map((component) =>
    within(
      component,
      locationsOf(component).map((location) => folder + location),
    ),
  );
}

/** The files of ours that a library is copied into. */
export const locationsOf = ({ evidence }: Component): string[] =>
  evidence?.occurrences.map(({ location }) => location) ?? [];

/** A library, in the files that it is copied into. */
export function within(component: Component, locations: string[]): Component {
  if (locations.length === 0) return component;
  return { ...component, evidence: { occurrences: locations.map((location) => ({ location })) } };
}

function merged(components: Component[]): Iterable<Component> {
  const byName = new Map<string, Component>();
  for (const component of components) {
    const known = byName.get(component.purl);
    const locations = [...(known ? locationsOf(known) : []), ...locationsOf(component)];
    byName.set(component.purl, within(component, [...new Set(locations)].sort()));
  }
  return byName.values();
}
