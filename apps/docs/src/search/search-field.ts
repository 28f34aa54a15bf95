/**
 * The field of the search, by the pattern of a combobox: the results are its list, and the focus stays in it.
 * @param script where what is searched lies
 * @param root where the site begins
 */
export function searchField(script: string, root: string): string {
  return `<div class="search" role="search">
<label class="status" for="search">Search the documentation</label>
<input id="search" type="search" role="combobox" aria-expanded="false" aria-controls="found" aria-autocomplete="list" autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="go" placeholder="Search ( / )" data-script="${script}" data-root="${root}">
<div class="found">
<div id="found" role="listbox" aria-label="Search results"></div>
<p id="search-status" role="status"></p>
</div>
</div>
`;
}
