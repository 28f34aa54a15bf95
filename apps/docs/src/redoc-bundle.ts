import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** Redoc for the browser, made fit for a page that fetches nothing. */
export interface RedocBundle {
  script: string;
  /** The licences of Redoc and of what it contains, which must go along with the script. */
  licences: string;
}

/**
 * Loads Redoc from its package.
 * @throws Error when a release no longer has what is changed here, so that no request slips in unseen.
 */
export function loadRedoc(): RedocBundle {
  const require = createRequire(import.meta.url);
  const read = (name: string) => readFileSync(require.resolve(`redoc/${name}`), "utf8");
  const original = read("bundles/redoc.standalone.js");
  const script = withoutFrame(withoutScrollbarStyles(withoutBadge(original)));
  const licences = `${read("LICENSE")}\n${read("bundles/redoc.standalone.js.LICENSE.txt")}`;
  return { script, licences };
}

/** The badge in the sidebar is an image on another host. */
function withoutBadge(bundle: string): string {
  const badge = "https://cdn.redoc.ly/redoc/logo-mini.svg";
  if (!bundle.includes(badge)) throw new Error(`Redoc no longer loads its badge from ${badge}: look what it does now`);
  return bundle.replaceAll(badge, "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E");
}

/** The style element of its own scrollbar would need a rule in the policy; the site uses the browser's scrollbars. */
function withoutScrollbarStyles(bundle: string): string {
  const changed = bundle.replace(/\w+\.push\((\[\w+\.id,"\.ps\{)/, "[].push($1");
  if (changed === bundle) throw new Error("Redoc no longer adds the scrollbar's style sheet where it did");
  return changed;
}

/** The pages have their own heading and contents, so that of Redoc there are the operations alone. */
function withoutFrame(bundle: string): string {
  const frame =
    /(createElement\(\w+,\{className:"redoc-wrap"\},).{1,400}?(\w\.createElement\(\w+,\{className:"api-content"\},)\w\.createElement\(\w+,\{store:\w\}\),(\w\.createElement\(\w+,\{items:\w\.items\}\))\),\w\.createElement\(\w+,null\)\)/;
  const changed = bundle.replace(frame, "$1$2$3))");
  if (changed === bundle) throw new Error("Redoc no longer puts its frame together where it did");
  return changed;
}
