import { optional, text } from "../kernel/setting.ts";
import { builtInTemplates } from "./built-ins.ts";
import type { ReadTemplates } from "./file.ts";
import type { Template, Templates } from "./template.ts";

/**
 * All templates of a server.
 * @param own the operator's
 * @param onVanished hears once of each service whose template is gone
 */
export function createTemplates(
  own: readonly Template[] = [],
  onVanished: Templates["onVanished"] = () => {},
): Templates {
  const all = () => [...builtInTemplates(), ...own];
  let byName: ReadonlyMap<string, Template> | undefined;
  const told = new Set<string>();
  return {
    list: all,
    find(sidOrAlias) {
      byName ??= new Map(all().flatMap((template) => namesOf(template).map((name) => [name, template] as const)));
      return byName.get(sidOrAlias);
    },
    onVanished(serviceSid, templateSid) {
      const gone = `${serviceSid} ${templateSid}`;
      if (told.has(gone) || told.size >= toldMax) return;
      told.add(gone);
      onVanished(serviceSid, templateSid);
    },
  };
}

/** The operator's own, of the file at that path; nothing is loaded where there is none. */
export async function openTemplates(path: string | undefined): Promise<ReadTemplates> {
  if (path === undefined) return { templates: [], problems: [] };
  const { readTemplates } = await import("./file.ts");
  const { templates, problems } = readTemplates(path);
  return { templates, problems: problems.map((problem) => `${templatesSetting.templatesFile.name}: ${problem}`) };
}

export const templatesSetting = {
  templatesFile: optional("COUNTERSIGN_TEMPLATES", text("must be the path of a file", /./)),
};

/** Whoever has so many needs no more lines. */
const toldMax = 1_000;

function namesOf({ sid, alias }: Template): string[] {
  return alias === undefined ? [sid] : [sid, alias];
}
