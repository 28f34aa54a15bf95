import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { loadSession, session } from "./api.ts";
import { Confirmation } from "./components/dialog.tsx";
import { Problem } from "./components/problem.tsx";
import { Title } from "./components/title.tsx";
import { Toast, toast } from "./components/toast.tsx";
import { Help, isHelpOpen, openHelp } from "./help.tsx";
import { heedKeys, moveRow } from "./keyboard.ts";
import { Login } from "./login.tsx";
import { Navigation } from "./navigation.tsx";
import { go, match, place } from "./router.ts";
import { screensOf } from "./screens.ts";

/** Why the page could not begin. */
const failure = signal<unknown>(undefined);

/** The console: one page, whose screens live behind `#/`. */
export function App() {
  useEffect(() => {
    loadSession().catch((error) => {
      failure.value = error;
    });
    heedKeys(letters, common);
    // Whatever a button was pressed for and that nobody took is at least said.
    addEventListener("unhandledrejection", ({ reason }) => toast(String(reason?.message ?? reason)));
  }, []);
  const skip = (event: Event) => {
    event.preventDefault();
    document.getElementById("main")?.focus();
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: a link to a place on the page, whose address belongs to the screen */}
      <a class="skip" href="#main" onClick={skip}>
        Skip to the content
      </a>
      {session.value && <Navigation session={session.value} />}
      <main id="main" tabIndex={-1}>
        <Shown />
      </main>
      <Toast />
      <Confirmation />
      {isHelpOpen.value && <Help />}
    </>
  );
}

function Shown() {
  const current = session.value;
  if (failure.value) return <Problem error={failure.value} retry={() => location.reload()} />;
  if (current === undefined) return null;
  if (current === null) return <Login />;
  const { path } = place.value;
  const screens = screensOf(current.mode);
  const found = path === "/" ? screens[0] : screens.find((screen) => match(screen.path, path));
  if (!found) return <Unknown />;
  const { component: Component } = found;
  return (
    <Bounded key={path}>
      <Component params={match(found.path, path) ?? {}} />
    </Bounded>
  );
}

/** Where a screen fails to be drawn, what happened stands in its place, and the rest of the page goes on. */
function Bounded({ children }: { children: ComponentChildren }) {
  const [error, retry] = useErrorBoundary();
  if (!error) return <>{children}</>;
  return (
    <>
      <Title>This screen failed</Title>
      <Problem error={error} retry={retry} />
      <p>
        Nothing was changed by it. <a href="#/">Back to the first screen</a>
      </p>
    </>
  );
}

function Unknown() {
  return (
    <>
      <Title>No such screen</Title>
      <p>
        The address leads nowhere. <a href="#/">Back to the first screen</a>
      </p>
    </>
  );
}

const letters = (): Map<string, () => void> =>
  new Map(
    screensOf(session.value?.mode ?? "sandbox").flatMap(({ letter, path }) =>
      letter ? [[letter, () => go(path)]] : [],
    ),
  );

const common = new Map([
  ["?", openHelp],
  [
    "/",
    () => document.querySelector<HTMLElement>("main [data-search]")?.focus() ?? go("/verifications", { search: "" }),
  ],
  ["j", () => moveRow(1)],
  ["k", () => moveRow(-1)],
  ["Escape", () => document.querySelector<HTMLElement>("main [data-back]")?.click()],
]);
