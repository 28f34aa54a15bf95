import { useEffect } from "preact/hooks";
import { logOut, type Session } from "./api.ts";
import { aheadSeconds, duration } from "./clock.ts";
import { Choice } from "./components/choice.tsx";
import { Quiet } from "./components/quiet.tsx";
import { toast } from "./components/toast.tsx";
import { openHelp } from "./help.tsx";
import { useEvery } from "./load.ts";
import { theme } from "./preferences.ts";
import { hrefTo, place } from "./router.ts";
import { followClock } from "./sandbox-clock.ts";
import { type Screen, screensOf } from "./screens.ts";

/** The way to every screen: beside the content, and on a small screen behind a button. */
export function Navigation({ session }: { session: Session }) {
  const screens = screensOf(session.mode);
  return (
    <header class="bar">
      <a class="brand" href="#/">
        <Mark /> Countersign
      </a>
      <button type="button" class="menu quiet" popovertarget="navigation">
        Menu
      </button>
      <div id="navigation" popover="auto" class="navigation">
        <nav aria-label="Screens">
          {groups.map((group) => (
            <Group
              key={group}
              name={group}
              screens={screens.filter((screen) => screen.group === group)}
              home={screens[0]}
            />
          ))}
        </nav>
        <Foot session={session} />
      </div>
    </header>
  );
}

const groups = ["Sandbox", "Verify", "Operate"] as const;

function Group({ name, screens, home }: { name: string; screens: Screen[]; home: Screen | undefined }) {
  if (screens.length === 0) return null;
  const { path } = place.value;
  const isHere = (screen: Screen) =>
    path === screen.path || path.startsWith(`${screen.path}/`) || (path === "/" && screen === home);
  // A popover that is open covers what the link leads to.
  const close = () => {
    const navigation = document.getElementById("navigation");
    if (navigation?.matches(":popover-open")) navigation.hidePopover();
  };
  return (
    <section>
      <h2>{name}</h2>
      <ul>
        {screens.map((screen) => (
          <li key={screen.path}>
            <a href={hrefTo(screen.path)} aria-current={isHere(screen) ? "page" : undefined} onClick={close}>
              {screen.title}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How often it is looked whether a program moved the clock. */
const clockSeconds = 15;

function Foot({ session }: { session: Session }) {
  const { mode, actor, docs_url, date_expires } = session;
  useEvery(mode === "sandbox" ? clockSeconds : undefined, followClock);
  useEffect(() => {
    if (mode === "sandbox") followClock();
  }, [mode]);
  return (
    <div class="foot">
      {mode === "sandbox" ? (
        <p>
          Sandbox: nothing is sent to anybody.
          {aheadSeconds.value > 0 && <strong> Its clock is {duration(aheadSeconds.value)} ahead.</strong>}
        </p>
      ) : (
        <p class="actor">{actor}</p>
      )}
      <Choice
        label="Colours"
        options={[
          ["system", "As the system"],
          ["light", "Light"],
          ["dark", "Dark"],
        ]}
        value={theme.value}
        change={(chosen) => {
          theme.value = chosen;
        }}
      />
      <p class="actions">
        <a href={docs_url}>Docs</a>
        <Quiet onClick={openHelp}>Keyboard</Quiet>
        {date_expires && <Quiet onClick={() => logOut().catch((error: Error) => toast(error.message))}>Log out</Quiet>}
      </p>
    </div>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <rect width="20" height="20" rx="5" />
      <path d="M5.5 10.5 8.7 13.5 14.5 6.5" />
    </svg>
  );
}
