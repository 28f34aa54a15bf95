import { signal } from "@preact/signals";
import { session } from "./api.ts";
import { Dialog } from "./components/dialog.tsx";
import { screenKeys } from "./keyboard.ts";
import { shortcuts } from "./preferences.ts";
import { screensOf } from "./screens.ts";

export const isHelpOpen = signal(false);

export function openHelp(): void {
  isHelpOpen.value = true;
}

const common: [string[], string][] = [
  [["/"], "Search"],
  [["j"], "Next row"],
  [["k"], "Row before"],
  [["Enter"], "Open the row"],
  [["Esc"], "Back, or close"],
  [["?"], "These keys"],
];

/** The keys that do something, and the switch that has none do anything. */
export function Help() {
  const screens = screensOf(session.value?.mode ?? "sandbox");
  const close = () => {
    isHelpOpen.value = false;
  };
  const keys: [string[], string][] = [
    ...screenKeys.value.map(({ key, label }): [string[], string] => [[key], label]),
    ...common,
    ...screens.flatMap(({ letter, title }): [string[], string][] => (letter ? [[["g", letter], title]] : [])),
  ];
  return (
    <Dialog title="Keyboard" onClose={close}>
      <label class="switch">
        <input
          type="checkbox"
          checked={shortcuts.value === "on"}
          onChange={({ currentTarget }) => {
            shortcuts.value = currentTarget.checked ? "on" : "off";
          }}
        />
        Single keys do something
      </label>
      <dl class="keys">
        {keys.map(([combination, label]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {combination.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <div class="actions end">
        <button type="button" onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
