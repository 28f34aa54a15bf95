import type { ComponentChildren } from "preact";

/** What stands where there is nothing yet: it teaches how something comes to be there. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <section class="empty">
      <h2>{title}</h2>
      {children}
    </section>
  );
}
