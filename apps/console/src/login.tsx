import { useState } from "preact/hooks";
import { useAct } from "./act.ts";
import { logIn } from "./api.ts";
import { Problem } from "./components/problem.tsx";
import { Title } from "./components/title.tsx";

/** Who runs the server comes in with a key of it that may look into the console. */
export function Login() {
  const { act, error } = useAct();
  const [isBusy, setBusy] = useState(false);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    act(() => logIn({ Sid: String(given.get("sid")).trim(), Secret: String(given.get("secret")) })).then(() =>
      setBusy(false),
    );
  };
  return (
    <div class="login">
      <Title>Log in</Title>
      <p>
        With an API key that has the scope <code>console:read</code>, or <code>console:write</code> to change things.
      </p>
      <Problem error={error} />
      <form class="stack" onSubmit={submit}>
        <label>
          Key
          <input name="sid" required autocomplete="username" spellcheck={false} placeholder="SK…" />
        </label>
        <label>
          Secret
          <input name="secret" type="password" required autocomplete="current-password" />
        </label>
        <button type="submit" class="main" disabled={isBusy}>
          Log in
        </button>
      </form>
    </div>
  );
}
