import { choice, integer, optional, readQuery, setting, text } from "../../../kernel/setting.ts";
import { credentialsOf, endpointOf, refusePath } from "../endpoint.ts";

/** How a mail server is spoken to, read from its URL. */
export type SmtpSettings = ReturnType<typeof readSmtpSettings>;

const declared = {
  /** The address that messages come from. */
  from: setting(
    "from",
    text(
      "must be an e-mail address, as in ?from=codes@example.com",
      /^(?=.{1,254}$)[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z\d-]+(\.[a-z\d-]+)*$/i,
    ),
  ),
  /** The name beside it. */
  fromName: optional("name", text("must be one line of at most 64 characters", /^\P{Cc}{1,64}$/u)),
  connectionsMax: setting("pool", integer(1, 99), "5"),
  tls: setting("tls", choice("required", "optional"), "required"),
};

/**
 * Reads `smtp://user:password@host:587?from=codes@example.com` (STARTTLS, which is required), or `smtps://…:465` (TLS from the
 * first byte). `name=` is shown beside the address, `pool=` is the number of connections, and `tls=optional` lets a server
 * without TLS pass.
 * @throws Error with one line that says what is wrong, and holds no secret.
 */
export function readSmtpSettings(url: URL) {
  /** TLS from the first byte; else by STARTTLS. */
  const isImplicitTls = url.protocol === "smtps:";
  refusePath(url);
  const { tls, ...rest } = readQuery(url.searchParams, declared);
  /** Whether it may go on in clear where the server offers no STARTTLS. */
  const isTlsOptional = tls === "optional";
  if (isImplicitTls && isTlsOptional) throw new Error("tls=optional is for smtp:, not for smtps:");
  const auth = credentialsOf(url);
  return { ...endpointOf(url, isImplicitTls ? 465 : 587), isImplicitTls, isTlsOptional, auth, ...rest };
}
