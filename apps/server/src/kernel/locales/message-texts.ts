/**
 * What is said to a person in one language. `{friendly_name}`, `{code}`, `{amount}` and `{payee}` stand for the values;
 * they are put where the language needs no inflection of them.
 */
export interface MessageTexts {
  sms: string;
  whatsapp: string;
  /** In place of `sms` and `whatsapp`, and in an e-mail, when the code is bound to a payment (PSD2). */
  payment: string;
  /** The second line of an SMS, if the service warns. */
  doNotShare: string;
  emailSubject: string;
  /** The last line of an e-mail. */
  emailNote: string;
  /** Spoken; says the code twice. */
  call: string;
  /** Spoken before the call's text, if a key must be pressed to hear it. */
  pressKey: string;
}
