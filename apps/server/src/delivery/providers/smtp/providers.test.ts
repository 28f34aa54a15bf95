import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MailServer, smtpReply, startMailServer } from "../../../../test-support/mail-server.ts";
import { outgoing } from "../../../../test-support/outgoing.ts";
import { mailAddress, mailDoubles } from "../../../../test-support/providers/mail.ts";
import type { Provider } from "../../routing.ts";
import { openSmtpProvider } from "./smtp.ts";

const [message, content] = outgoing(0, { channel: "email", to: "ada@example.org", subject: "Your code" });

describe.each(mailDoubles.map((double) => [double.name, double] as const))("%s", (_, double) => {
  let server: MailServer;
  let answer: number | undefined;
  beforeAll(async () => {
    server = await startMailServer({
      isImplicitTls: double.isImplicitTls,
      refuse: () => (answer === undefined ? undefined : smtpReply(answer)),
      options: {
        onAuth: ({ username = "", password }, { secure }, done) =>
          secure && username === double.user && password === double.password
            ? done(null, { user: username })
            : done(smtpReply(double.denied)),
      },
    });
  });
  afterAll(() => server.close());

  /** @param password in place of the right one */
  async function using<T>(use: (provider: Provider) => Promise<T>, password = double.password): Promise<T> {
    const address = mailAddress({ ...double, password }, new URL(server.url).host);
    const provider = openSmtpProvider(new URL(address), { ca: server.ca });
    try {
      return await use(provider);
    } finally {
      await provider.close();
    }
  }
  const deliver = (said?: number, password?: string) => {
    answer = said;
    return using((provider) => provider.deliver(message, content), password);
  };

  test("takes a mail by TLS under the login that its line has, from its sender", async () => {
    expect(await deliver()).toEqual({ status: "sent" });
    expect(server.mails).toMatchObject([{ from: double.from, to: "ada@example.org", isTls: true, user: double.user }]);
    expect(server.mails[0]?.source).toContain(content.code);
  });

  test("refuses for good or for now, by its own codes, and a wrong password in the probe, too", async () => {
    expect(await deliver(double.limited)).toEqual({ status: "retry", errorCode: String(double.limited) });
    expect(await deliver(double.refused)).toEqual({ status: "failed", errorCode: String(double.refused) });
    expect(await deliver(undefined, "hunter2")).toEqual({ status: "retry", errorCode: String(double.denied) });
    await using((provider) => provider.probe());
    await expect(using((provider) => provider.probe(), "hunter2")).rejects.toThrow("refuses the credentials");
  });
});
