import { expect, test } from "vitest";
import { railsXml } from "./rails-xml.ts";

test("an answer has the root hash, dasherised names, types on what is no string, and escaped text", () => {
  const xml = railsXml({
    carrier: "AT&T Wireless",
    is_cellphone: true,
    seconds_to_expire: 599,
    uuid: null,
    success: true,
  });
  expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <carrier>AT&amp;T Wireless</carrier>
  <is-cellphone type="boolean">true</is-cellphone>
  <seconds-to-expire type="integer">599</seconds-to-expire>
  <uuid nil="true"/>
  <success type="boolean">true</success>
</hash>
`);
});

test("an error has the root errors, and its code stays a string", () => {
  const message = "User doesn't exist";
  expect(
    railsXml({ error_code: "60026", message, errors: { message }, success: false }),
  ).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<errors>
  <error-code>60026</error-code>
  <message>User doesn't exist</message>
  <errors>
    <message>User doesn't exist</message>
  </errors>
  <success type="boolean">false</success>
</errors>
`);
});

test("a list names its items in the singular", () => {
  expect(railsXml({ events: ["user_added"], webhooks: [{ id: "WH1" }], ids: [] })).toContain(
    `  <events type="array">
    <event>user_added</event>
  </events>
  <webhooks type="array">
    <webhook>
      <id>WH1</id>
    </webhook>
  </webhooks>
  <ids type="array"/>
`,
  );
});
