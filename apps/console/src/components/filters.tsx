import { signal } from "@preact/signals";
import { changeQuery, place } from "../router.ts";
import { Choice } from "./choice.tsx";
import { Quiet } from "./quiet.tsx";

/** A filter: the name of a query parameter, which is the wire's own, and what it may be. */
export interface Filter {
  name: string;
  label: string;
  /** The values to choose from, with what is shown for them; without it any text. */
  options?: [value: string, shown: string][];
  type?: "text" | "datetime-local" | "search";
}

/** Where there is room, the filters stand open. */
const wide = globalThis.matchMedia?.("(width >= 600px)");
const isWide = signal(wide?.matches ?? true);
wide?.addEventListener("change", ({ matches }) => {
  isWide.value = matches;
});

/** Filters that stand in the address, so that a list can be sent to somebody. A change begins at the first page again. */
export function Filters({ label, filters }: { label: string; filters: Filter[] }) {
  const { query } = place.value;
  const isUsed = filters.some(({ name }) => query[name]);
  const names = filters.map(({ name }) => name);
  const change = (name: string, value: string) => changeQuery({ [name]: value, Page: "", PageToken: "" });
  const clear = () => changeQuery(Object.fromEntries([...names, "Page", "PageToken"].map((name) => [name, ""])));
  return (
    <details class="fold" open={isWide.value || isUsed}>
      <summary>Filters</summary>
      <search aria-label={label} class="filters">
        {filters.map((filter) => (
          <Field key={filter.name} filter={filter} value={query[filter.name] ?? ""} change={change} />
        ))}
        {isUsed && <Quiet onClick={clear}>Clear</Quiet>}
      </search>
    </details>
  );
}

interface FieldProps {
  filter: Filter;
  value: string;
  change: (name: string, value: string) => void;
}

function Field({ filter: { name, label, options, type = "text" }, value, change }: FieldProps) {
  if (options) {
    return (
      <Choice
        label={label}
        options={[["", "Any"], ...options]}
        value={value}
        change={(chosen) => change(name, chosen)}
      />
    );
  }
  return (
    <label>
      {label}
      <input
        value={value}
        onChange={({ currentTarget }) => change(name, currentTarget.value)}
        type={type as "text"}
        data-search={type === "search" || undefined}
      />
    </label>
  );
}
