import { signal } from "@preact/signals";

const shown = signal({ text: "", id: 0 });
const lifetimeMs = 4000;

/** Says a thing in passing, aloud too: that something was copied, deleted, sent. */
export function toast(text: string): void {
  const id = shown.value.id + 1;
  shown.value = { text, id };
  setTimeout(() => {
    if (shown.value.id === id) shown.value = { text: "", id };
  }, lifetimeMs);
}

/** Where it is said. It has to be there before it says anything. */
export function Toast() {
  return (
    <div role="status" aria-live="polite" class="toast">
      {shown.value.text && <p key={shown.value.id}>{shown.value.text}</p>}
    </div>
  );
}
