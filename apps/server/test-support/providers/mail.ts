/** A provider's mail server: the address that the guide has, and which logins are right there. */
export interface MailDouble {
  name: string;
  host: string;
  isImplicitTls: boolean;
  user: string;
  password: string;
  from: string;
  /** Its answer to wrong credentials, to too many messages, and for a recipient or message that it does not take. */
  denied: number;
  limited: number;
  refused: number;
}

const codes = { denied: 535, limited: 451, refused: 550, isImplicitTls: true };

export const mailDoubles: readonly MailDouble[] = [
  {
    ...codes,
    name: "Amazon SES",
    host: "email-smtp.eu-west-1.amazonaws.com",
    user: "AKIAIOSFODNN7EXAMPLE",
    password: "secret",
    from: "codes@example.com",
    limited: 454,
    refused: 554,
  },
  {
    ...codes,
    name: "Postmark",
    host: "smtp.postmarkapp.com",
    isImplicitTls: false,
    user: "server-token",
    password: "server-token",
    from: "codes@example.com",
  },
  {
    ...codes,
    name: "SendGrid",
    host: "smtp.sendgrid.net",
    user: "apikey",
    password: "SG.key",
    from: "codes@example.com",
  },
  {
    ...codes,
    name: "Mailgun",
    host: "smtp.mailgun.org",
    user: "postmaster@mg.example.com",
    password: "secret",
    from: "codes@mg.example.com",
  },
  {
    ...codes,
    name: "Brevo",
    host: "smtp-relay.brevo.com",
    user: "login@smtp-brevo.com",
    password: "smtp-key",
    from: "codes@example.com",
  },
];

/** The address of one, at its own host or at another. */
export function mailAddress({ isImplicitTls, user, password, from, host }: MailDouble, at = host): string {
  return `${isImplicitTls ? "smtps" : "smtp"}://${encodeURIComponent(user)}:${password}@${at}?from=${from}`;
}
