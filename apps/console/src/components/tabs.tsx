import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";

interface Props {
  label: string;
  tabs: [name: string, content: () => ComponentChildren][];
  /** The one that is open at first. */
  first?: string | undefined;
}

/** Views of one thing. Arrow keys move among the tabs, as ARIA's pattern has it. */
export function Tabs({ label, tabs, first }: Props) {
  const id = useId();
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      tabs.findIndex(([name]) => name === first),
    ),
  );
  const choose = (index: number, event: { currentTarget: HTMLElement }) => {
    const next = (index + tabs.length) % tabs.length;
    setAt(next);
    (event.currentTarget.parentElement?.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div class="tabs">
      <div role="tablist" aria-label={label}>
        {tabs.map(([name], index) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${index}`}
            aria-selected={index === at}
            aria-controls={`${id}-panel`}
            tabIndex={index === at ? 0 : -1}
            onClick={(event) => choose(index, event)}
            onKeyDown={(event) => {
              if (event.key === "ArrowRight") choose(index + 1, event);
              if (event.key === "ArrowLeft") choose(index - 1, event);
            }}
          >
            {name}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a panel may hold nothing else to focus, and be longer than it is high */}
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${at}`} tabIndex={0}>
        {tabs[at]?.[1]()}
      </div>
    </div>
  );
}
