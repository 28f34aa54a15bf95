import { Block } from "./block.tsx";
import { Dialog } from "./dialog.tsx";

/** A thing as the wire has it, above the screen. */
export function Raw({ title, value, close }: { title: string; value: unknown; close: () => void }) {
  return (
    <Dialog title={title} onClose={close}>
      <div class="stack">
        <Block label={title} text={JSON.stringify(value, null, 2)} />
        <div class="actions end">
          <button type="button" onClick={close}>
            Close
          </button>
        </div>
      </div>
    </Dialog>
  );
}
