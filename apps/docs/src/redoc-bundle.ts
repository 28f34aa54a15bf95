import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { redocLibraries } from "./redoc-libraries.ts";

/** Redoc for the browser, made fit for a page that fetches nothing. */
export interface RedocBundle {
  script: string;
  /** The licences of Redoc and of what it contains, which must go along with the script. */
  licences: string;
  libraries: ReturnType<typeof redocLibraries>;
}

/**
 * Loads Redoc from its package.
 * @throws Error when a release no longer has what is changed here, so that no request slips in unseen.
 */
export function loadRedoc(): RedocBundle {
  const require = createRequire(import.meta.url);
  const read = (name: string) => readFileSync(require.resolve(`redoc/${name}`), "utf8");
  const script = changes.reduce((bundle, change) => change(bundle), read("bundles/redoc.standalone.js"));
  const licences = `${read("LICENSE")}\n${read("bundles/redoc.standalone.js.LICENSE.txt")}`;
  const libraries = redocLibraries(require.resolve("redoc/bundles/redoc.standalone.js"));
  return { script, licences, libraries };
}

const changes = [
  // The badge in the sidebar is an image on another host.
  change(
    "badge",
    "https://cdn.redoc.ly/redoc/logo-mini.svg",
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E",
  ),
  // The style element of its own scrollbar would need a rule in the policy; the site uses the browser's scrollbars.
  change("scrollbar's style sheet", /\w+\.push\((?=\[\w+\.id,"\.ps\{)/, "[].push("),
  // The pages have their own heading and contents, so that of Redoc there are the operations alone.
  change(
    "frame",
    /(createElement\(\w+,\{className:"redoc-wrap"\},).{1,400}?(\w\.createElement\(\w+,\{className:"api-content"\},)\w\.createElement\(\w+,\{store:\w\}\),(\w\.createElement\(\w+,\{items:\w\.items\}\))\),\w\.createElement\(\w+,null\)\)/,
    "$1$2$3))",
  ),
  // Which of several schemas is chosen is shown by colours alone.
  change("choice of a schema", /\$active:(\w===\w\.activeOneOf)/, '$&,"aria-pressed":$1'),
];

function change(what: string, found: string | RegExp, replacement: string): (bundle: string) => string {
  return (bundle) => {
    const changed = bundle.replace(found, replacement);
    if (changed === bundle) throw new Error(`Redoc no longer has its ${what} where it had: look what it does now`);
    return changed;
  };
}
