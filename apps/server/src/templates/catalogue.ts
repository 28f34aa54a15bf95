import { builtInTemplates } from "./built-ins.ts";
import type { Template, Templates } from "./template.ts";

/** All templates of a server. @param own the operator's */
export function createTemplates(own: readonly Template[] = [], onVanished?: Templates["onVanished"]): Templates {
  const all = [...builtInTemplates(), ...own];
  const byName = new Map(all.flatMap((template) => namesOf(template).map((name) => [name, template] as const)));
  return { list: () => all, find: (sidOrAlias) => byName.get(sidOrAlias), onVanished };
}

function namesOf({ sid, alias }: Template): string[] {
  return alias === undefined ? [sid] : [sid, alias];
}
