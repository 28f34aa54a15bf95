export type { Message } from "@countersign/client";
export type {
  Authenticator,
  AuthenticatorOptions,
  CreationOptions,
  LoginResult,
  Passkey,
  RegistrationResult,
  RequestOptions,
  Wrong,
} from "./authenticator.ts";
export { createAuthenticator } from "./authenticator.ts";
export type { SandboxClock, TimeSpan } from "./clock.ts";
export { type AnswerOptions, createDevice, type Device, type DeviceOptions } from "./device.ts";
export type { EventOf, ListenOptions, NextEventOptions, SandboxEvent, SandboxEvents } from "./events.ts";
export type { Faults, SandboxFaults } from "./faults.ts";
export type { SandboxInbox, WaitOptions } from "./inbox.ts";
export type { OutcomeCode, OutcomeOptions } from "./outcome.ts";
export type { OfficialClient, Sandbox, SandboxDeviceOptions, SandboxEnv } from "./sandbox.ts";
export { connectSandbox, type StartOptions, startSandbox } from "./start.ts";
export { totp } from "./totp.ts";
