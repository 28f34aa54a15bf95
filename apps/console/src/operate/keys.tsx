import { unwrap } from "@countersign/client";
import type { ApiKey, ConsoleApplication } from "@countersign/types";
import { useState } from "preact/hooks";
import { doIfSure, useAct } from "../act.ts";
import { client, mayWrite, session } from "../api.ts";
import { Choice } from "../components/choice.tsx";
import { Copy } from "../components/copy.tsx";
import { confirm } from "../components/dialog.tsx";
import { Problem } from "../components/problem.tsx";
import { Quiet } from "../components/quiet.tsx";
import { none, Table } from "../components/table.tsx";
import { Title } from "../components/title.tsx";
import { toast } from "../components/toast.tsx";
import { When } from "../components/when.tsx";
import { useLoad } from "../load.ts";
import { hrefTo } from "../router.ts";
import type { Screen } from "../screens.ts";

export const keys: Screen = {
  path: "/keys",
  title: "Accounts and keys",
  modes: ["sandbox", "production"],
  group: "Operate",
  letter: "k",
  component: Keys,
};

const scopes = ["start", "check", "read", "manage", "console:read", "console:write"];

/** Who may call, and what. A secret is shown once, when it is made. */
function Keys() {
  const [made, setMade] = useState<ApiKey & { secret: string }>();
  const { data, error, reload } = useLoad(async (signal) => {
    const [{ keys }, { applications }] = await Promise.all([
      unwrap(client.GET("/console/keys", { params: { query: { PageSize: 100 } }, signal })),
      unwrap(client.GET("/console/applications", { signal })),
    ]);
    return { keys, applications };
  }, []);
  const show = (key: ApiKey & { secret: string }) => {
    setMade(key);
    reload();
  };
  return (
    <>
      <Title>Accounts and keys</Title>
      <Problem error={error} />
      {made && <Secret made={made} close={() => setMade(undefined)} />}
      <div class="sections">
        <section>
          <h2>Keys</h2>
          <p class="faint">
            Of the account <code>{session.value?.account_sid}</code>, whose own token may do all. Give each program the
            least that it needs.
          </p>
          {data && (
            <Table
              caption="Keys"
              none="There are no keys yet."
              rows={data.keys}
              keyOf={({ sid }) => sid}
              columns={keyColumns(show, reload)}
            />
          )}
          {mayWrite() && <NewKey show={show} />}
        </section>
        {data && data.applications.length > 0 && (
          <section>
            <h2>Applications of v1</h2>
            <Table
              caption="Applications of v1"
              rows={data.applications}
              keyOf={({ sid }) => sid}
              columns={applicationColumns}
            />
          </section>
        )}
      </div>
    </>
  );
}

const applicationColumns = [
  { name: "Name", cell: ({ name }: ConsoleApplication) => name },
  { name: "Service", cell: ({ sid }: ConsoleApplication) => <a href={hrefTo(`/services/${sid}`)}>{sid}</a> },
  { name: "State", cell: ({ is_suspended }: ConsoleApplication) => (is_suspended ? "suspended" : "open") },
  { name: "Made", cell: ({ date_created }: ConsoleApplication) => <When date={date_created} /> },
];

const never = <span class="faint">never</span>;

function keyColumns(show: (key: ApiKey & { secret: string }) => void, reload: () => void) {
  return [
    {
      name: "Key",
      cell: ({ sid, friendly_name }: ApiKey) => (
        <>
          {friendly_name && <strong>{friendly_name} </strong>}
          <code>{sid}</code>
        </>
      ),
    },
    { name: "May", cell: ({ scopes }: ApiKey) => scopes.join(", ") },
    { name: "Last used", cell: ({ date_last_used: date }: ApiKey) => (date ? <When date={date} /> : never) },
    { name: "Ends", cell: ({ date_expires: date }: ApiKey) => (date ? <When date={date} /> : never) },
    {
      name: "Old secret until",
      cell: ({ date_overlap_ends: date }: ApiKey) => (date ? <When date={date} /> : none),
    },
    { name: "Change", cell: (key: ApiKey) => <KeyActions apiKey={key} show={show} reload={reload} /> },
  ];
}

function KeyActions({
  apiKey,
  show,
  reload,
}: {
  apiKey: ApiKey;
  show: (key: ApiKey & { secret: string }) => void;
  reload: () => void;
}) {
  const params = { path: { Sid: apiKey.sid } };
  const name = apiKey.friendly_name ?? apiKey.sid;
  if (!mayWrite()) return <span class="faint">read only</span>;
  const rotate = async () => {
    const isSure = await confirm({
      title: `Give ${name} a new secret?`,
      text: "The old one works for another day, so that programs can be changed one after the other.",
      action: "Make a new secret",
    });
    if (!isSure) return;
    const { data, error } = await client.POST("/console/keys/{Sid}", { params, body: { OverlapSeconds: 86_400 } });
    if (data) show(data);
    else toast(error.message);
  };
  const revoke = async () => {
    const isOwn = session.value?.actor === apiKey.sid;
    const question = {
      title: `Revoke ${name}?`,
      text: isOwn
        ? "It is the key that you are logged in with: you will be logged out. Whatever else uses it is refused at once."
        : "Whatever uses it is refused at once, and stays refused.",
      action: "Revoke",
      typed: apiKey.friendly_name ?? apiKey.sid.slice(-6),
    };
    if (await doIfSure(question, () => client.DELETE("/console/keys/{Sid}", { params }), `${name} is revoked`))
      reload();
  };
  return (
    <span class="actions">
      <Quiet onClick={rotate} label={`Rotate ${name}`}>
        Rotate
      </Quiet>
      <Quiet onClick={revoke} label={`Revoke ${name}`}>
        Revoke
      </Quiet>
    </span>
  );
}

function NewKey({ show }: { show: (key: ApiKey & { secret: string }) => void }) {
  const { act, error } = useAct();
  const mine = session.value?.scopes ?? [];
  const create = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const given = new FormData(form);
    const days = Number(given.get("days"));
    const body = {
      FriendlyName: String(given.get("name") ?? ""),
      Scopes: given.getAll("scope") as string[],
      ...(days > 0 && { DateExpires: new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, "Z") }),
    };
    return act(async () => {
      show(await unwrap(client.POST("/console/keys", { body })));
      form.reset();
    });
  };
  return (
    <details>
      <summary>Make a key</summary>
      <form class="stack" onSubmit={create}>
        <Problem error={error} />
        <label>
          What it is for
          <input name="name" maxLength={64} required autocomplete="off" />
        </label>
        <fieldset class="scopes">
          <legend>What it may do</legend>
          {scopes.map((scope) => (
            <label key={scope} class="switch">
              <input type="checkbox" name="scope" value={scope} disabled={!mine.some((own) => own === scope)} />
              {scope}
            </label>
          ))}
        </fieldset>
        <Choice
          label="Ends after"
          name="days"
          options={[
            ["90", "90 days"],
            ["365", "a year"],
            ["0", "never"],
          ]}
        />
        <div class="actions">
          <button type="submit" class="main">
            Make the key
          </button>
        </div>
      </form>
    </details>
  );
}

function Secret({ made, close }: { made: ApiKey & { secret: string }; close: () => void }) {
  return (
    <section class="once" role="status" aria-label="New secret">
      <h2>This secret is shown once</h2>
      <p>
        Key <code>{made.sid}</code>, secret <code>{made.secret}</code>
      </p>
      <p class="actions">
        <Copy text={made.secret} what="Secret" />
        <button type="button" onClick={close}>
          I have it
        </button>
      </p>
    </section>
  );
}
