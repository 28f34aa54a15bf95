import type { ComponentChildren } from "preact";

interface Props {
  onClick: () => unknown;
  /** What it does and to what, where its word alone could be said of many. */
  label?: string;
  children: ComponentChildren;
}

/** A button that stands in a line, among others of its kind. */
export function Quiet({ onClick, label, children }: Props) {
  return (
    <button type="button" class="quiet" onClick={onClick} aria-label={label}>
      {children}
    </button>
  );
}
