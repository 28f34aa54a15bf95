import type { Told } from "./answer.ts";
import { element } from "./element.ts";

const telling = /^(retry-after|twilio-|countersign-|location|allow|link|deprecation|www-authenticate)/;

/** What there is to see of a call besides its words. @param errors the pages of errors that the site has, `v1/60022` */
export function partsOfAnswer({ asked, response, body }: Told, errors: ReadonlySet<string>): HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (asked) parts.push(lineOf(element("code", { textContent: `${asked.init.method} ${asked.url}` })));
  const told = [...(response?.headers ?? [])].filter(([name]) => telling.test(name));
  if (told.length > 0) {
    const list = element("dl", {});
    list.append(
      ...told.flatMap(([name, value]) => [element("dt", { textContent: name }), element("dd", { textContent: value })]),
    );
    parts.push(list);
  }
  const error = errorOf(response?.status, body?.error, errors);
  if (error) {
    const textContent = `What ${error.replace("v1/", "")} means, and what to do`;
    parts.push(lineOf(element("a", { href: `../../errors/${error}/index.html`, textContent })));
  }
  if (body?.note) parts.push(element("p", { textContent: body.note }));
  if (body?.text) {
    const block = element("pre", { tabIndex: 0 });
    block.append(element("code", { textContent: body.text }));
    parts.push(block);
  }
  return parts;
}

/** The error that a page tells of: only a refusal is one, and what has a page. */
export function errorOf(status = 0, named = "", errors: ReadonlySet<string>): string | undefined {
  return status >= 400 && errors.has(named) ? named : undefined;
}

function lineOf(part: HTMLElement): HTMLElement {
  const line = element("p", {});
  line.append(part);
  return line;
}
