import { useState } from "preact/hooks";
import { changeQuery, go, place } from "../router.ts";

/** Finds by number or address, or goes to what has this SID. */
export function Search() {
  const [text, setText] = useState(place.value.query.to ?? "");
  const search = (event: Event) => {
    event.preventDefault();
    const sought = text.trim();
    if (/^(VE|RQ)[0-9a-f]{32}$/i.test(sought)) go(`/verifications/${sought}`);
    else changeQuery({ to: sought });
  };
  return (
    <search>
      <form onSubmit={search} class="search">
        <input
          type="search"
          data-search
          aria-label="Search by number, address, VE… or RQ…"
          placeholder="Number, address, VE… or RQ…"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button type="submit">Search</button>
      </form>
    </search>
  );
}
