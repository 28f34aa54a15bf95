import { readdirSync, readFileSync } from "node:fs";

/** A package that a release publishes. */
export interface PublishedPackage {
  name: string;
  /** As `packages/client`. */
  folder: string;
}

const root = new URL("../", import.meta.url);

/** What a release publishes: every workspace that is not private. */
export const publishedPackages: readonly PublishedPackage[] = ["packages", "apps"].flatMap((parent) =>
  readdirSync(new URL(parent, root)).flatMap((name) => {
    const folder = `${parent}/${name}`;
    const { private: isPrivate, name: packageName } = JSON.parse(
      readFileSync(new URL(`${folder}/package.json`, root), "utf8"),
    );
    return isPrivate ? [] : [{ name: packageName, folder }];
  }),
);
