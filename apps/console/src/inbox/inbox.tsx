import { unwrap } from "@countersign/client";
import { client } from "../api.ts";
import { Empty } from "../components/empty.tsx";
import { Problem } from "../components/problem.tsx";
import { Table } from "../components/table.tsx";
import { Title } from "../components/title.tsx";
import { When } from "../components/when.tsx";
import { useLoad } from "../load.ts";
import type { Screen } from "../screens.ts";

export const inbox: Screen = {
  path: "/inbox",
  title: "Inbox",
  modes: ["sandbox"],
  group: "Sandbox",
  letter: "i",
  component: Inbox,
};

function Inbox() {
  const { data, error, reload } = useLoad((signal) => unwrap(client.GET("/sandbox/messages", { signal })), [], 2);
  return (
    <>
      <Title>Inbox</Title>
      <Problem error={error} retry={reload} />
      {data?.messages.length === 0 && <Empty title="No message yet" />}
      {data && data.messages.length > 0 && (
        <Table
          caption="Messages"
          rows={data.messages}
          keyOf={({ sid }) => sid}
          columns={[
            { name: "To", cell: ({ to }) => to },
            { name: "Code", cell: ({ code }) => code },
            { name: "Sent", cell: ({ date_created }) => <When date={date_created} /> },
          ]}
        />
      )}
    </>
  );
}
