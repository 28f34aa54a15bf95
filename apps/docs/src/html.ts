/** Text as it must stand in HTML, in an attribute too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A heading that is a link to itself. */
export function anchoredHeading(id: string, text: string): string {
  return `<h2 id="${id}"><a class="anchor" href="#${id}">${escapeHtml(text)}</a></h2>`;
}

/** A value in a script element that holds data, which no policy concerns: it does not run. */
export function dataScript(id: string, value: unknown): string {
  return `<script type="application/json" id="${id}">${JSON.stringify(value).replaceAll("<", "\\u003c")}</script>`;
}
