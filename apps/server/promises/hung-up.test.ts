import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import Libsql from "libsql";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { authorizationOf } from "../test-support/api.ts";
import { databaseKinds, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { type ProductionServer, startProduction } from "../test-support/production.ts";
import { makeApplication } from "../test-support/v1-application.ts";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("on %s", (kind) => {
  test("security 29: what a caller that hung up asked for is not sent, by v2 or v1, nor counted; what others asked for is", async () => {
    const databaseUrl = await databases.create(kind);
    const server = await startProduction({ databaseUrl, secret: randomBytes(32).toString("base64url") });
    try {
      const service = await server.api.createService();
      const key = await makeApplication(databaseUrl, server.credentials.accountSid, service);
      const release = await holdUp(databaseUrl);
      const patient = server.api.start(service, { To: "+12025550120" });
      await hangUp(server, `/v2/Services/${service}/Verifications`, "To=%2B12025550121&Channel=sms");
      const v1 = `country_code=1&phone_number=202-555-0122&via=sms&api_key=${key}`;
      await hangUp(server, "/protected/json/phones/verification/start", v1);
      await delay(200);
      await release();
      expect((await patient).status).toBe(201);
      await delay(200);
      expect(server.sent.map(({ to }) => to)).toEqual(["+12025550120"]);
      const { body } = await server.api.call("GET", "/v2/Attempts");
      expect(body.attempts).toHaveLength(1);
    } finally {
      await server.close();
    }
  });
});

/** Posts, and closes the connection before anybody could answer. */
async function hangUp({ port, credentials }: ProductionServer, path: string, body: string): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  const lines = [`POST ${path} HTTP/1.1`, "Host: a", `Authorization: ${authorizationOf(credentials)}`];
  const type = "Content-Type: application/x-www-form-urlencoded";
  socket.write(`${[...lines, type, `Content-Length: ${body.length}`].join("\r\n")}\r\n\r\n${body}`);
  await delay(100);
  socket.end();
  await once(socket, "close");
}

/** Keeps all writers of the database waiting. @returns what lets them go on */
async function holdUp(url: string): Promise<() => Promise<void>> {
  if (url.startsWith("sqlite:")) {
    const db = new Libsql(url.slice("sqlite:".length));
    // The server may be writing still.
    await expect.poll(() => db.exec("BEGIN IMMEDIATE")).toBeUndefined();
    return async () => {
      db.exec("COMMIT");
      db.close();
    };
  }
  const client = new pg.Client(url);
  await client.connect();
  await client.query("BEGIN; LOCK TABLE verifications IN ACCESS EXCLUSIVE MODE");
  return () => client.end();
}
