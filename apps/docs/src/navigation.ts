import { guidePath, operationsPath } from "./addresses.ts";
import type { GuideGroup } from "./guides.ts";
import { escapeHtml } from "./html.ts";

export interface NavGroup {
  title: string;
  items: NavItem[];
}

interface NavItem {
  title: string;
  path: string;
  /** Where the operations are that it tells of. */
  operations?: string;
}

/** The contents of the site, which every page has beside it. */
export function navigation(groups: GuideGroup[]): NavGroup[] {
  return groups.map(({ title, guides }) => ({
    title,
    items: guides.map(({ name, title, operations }) => ({
      title,
      path: guidePath(name),
      ...(operations.length > 0 && { operations: operationsPath(name) }),
    })),
  }));
}

/** The contents as a page shows them, with what it is in them. */
export function contents(groups: NavGroup[], current: string, href: (path: string) => string): string {
  const link = (path: string, text: string) =>
    `<a href="${href(path)}"${path === current ? ' aria-current="page"' : ""}>${escapeHtml(text)}</a>`;
  return groups
    .map(({ title, items }) => {
      const shown = items.map(({ title, path, operations }) => {
        const isHere = path === current || operations === current;
        const below = isHere && operations ? `\n<ul><li>${link(operations, "Operations")}</li></ul>` : "";
        return `<li>${link(path, title)}${below}</li>\n`;
      });
      return `<h2>${escapeHtml(title)}</h2>\n<ul>\n${shown.join("")}</ul>\n`;
    })
    .join("");
}
