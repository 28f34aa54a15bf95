import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isSupportedSpdxId } from "@cyclonedx/cyclonedx-library/SPDX";

/** A library as a bill of materials names it. */
export interface Component {
  type: "library";
  "bom-ref": string;
  group?: string;
  name: string;
  /** Missing where nothing tells which one it is. */
  version?: string;
  licenses?: ({ license: { id: string } | { name: string } } | { expression: string })[];
  purl: string;
  /** Of what the registry has, which the lock file holds an installation to. */
  hashes?: { alg: "SHA-512"; content: string }[];
  /** The files of ours that it is copied into. Missing where it stands in a folder of its own. */
  evidence?: { occurrences: { location: string }[] };
}

const root = fileURLToPath(new URL("../../", import.meta.url));
let locked: Record<string, { version?: string; integrity?: string }> | undefined;

/** The library that is installed in a folder. */
export function componentAt(folder: string): Component {
  const { name, version, license, licenses = [] } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  locked ??= JSON.parse(readFileSync(`${root}package-lock.json`, "utf8")).packages as NonNullable<typeof locked>;
  const entry = [folder.replace(root, ""), folder.slice(folder.indexOf("node_modules/"))].map(
    (place) => locked?.[place],
  );
  const integrity = entry.find((each) => each?.version === version)?.integrity;
  // As `licenses` it stands in packages of old.
  return knownComponent(name, { version, license: license ?? licenses[0]?.type, integrity });
}

/** What is known of a library besides its name. */
export interface Known {
  version: string;
  license?: string | undefined;
  /** As a lock file has it. */
  integrity?: string | undefined;
}

/** A library of which that is known. */
export function knownComponent(nameInFull: string, { version, license, integrity }: Known): Component {
  return {
    ...namedComponent(nameInFull, version),
    ...(license && { licenses: [licenceOf(license)] }),
    ...(integrity && { hashes: [{ alg: "SHA-512" as const, content: hexOf(integrity) }] }),
  };
}

/** A library of which no more is known. */
export function namedComponent(nameInFull: string, version?: string): Component {
  const [name = "", group] = nameInFull.split("/").reverse();
  const purl = `pkg:npm/${group ? `${encodeURIComponent(group)}/` : ""}${name}${version ? `@${version}` : ""}`;
  return { type: "library", "bom-ref": purl, ...(group && { group }), name, ...(version && { version }), purl };
}

/** Its name as it is installed and imported by. */
export const fullName = ({ group, name }: Component): string => (group ? `${group}/${name}` : name);

/** The file of a library's folder that has the words of its licence. */
export function licenceFile(folder: string): string | undefined {
  const names = readdirSync(folder);
  // Some say it where they say all else.
  const isTold = (name: string) =>
    /^readme/i.test(name) && / is hereby granted/.test(readFileSync(`${folder}/${name}`, "utf8"));
  return names.find((name) => /^(un)?licen[cs]e|^copying/i.test(name)) ?? names.find(isTold);
}

function licenceOf(licence: string) {
  if (isSupportedSpdxId(licence)) return { license: { id: licence } };
  return / (OR|AND|WITH) /.test(licence) ? { expression: licence } : { license: { name: licence } };
}

/** `sha512-`, and then Base64. */
const hexOf = (integrity: string) => Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex");
