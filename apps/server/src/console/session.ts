import { hash, randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Credential } from "../accounts/store.ts";

/** Somebody who has logged in with a key. Whoever reads the table cannot be them: it has a hash of what the cookie has. */
export interface ConsoleSession {
  accountSid: string;
  idHash: string;
  /** What it was opened with, and which secret of it. */
  credentialSid: string;
  secretHash: string;
  createdAt: number;
  /** When a request last had it; to the minute. */
  usedAt: number;
}

/** How long a session lives, how long without a request, and how often it is written that there was one. */
export const sessionSeconds = 8 * 3600;
const idleSeconds = 1800;
const noteSeconds = 60;

/** Whether a session holds: with its key, and the secret of it that was given, everything ends. */
export function isAlive(session: ConsoleSession, credential: Credential | undefined, now: number): boolean {
  const { createdAt, usedAt, secretHash } = session;
  if (!credential || now >= endOf(createdAt) || now >= usedAt + idleSeconds * 1000) return false;
  if (credential.expiresAt !== null && now >= credential.expiresAt) return false;
  const overlaps = credential.overlapEndsAt !== null && now < credential.overlapEndsAt;
  return secretHash === credential.secretHash || (overlaps && secretHash === credential.previousHash);
}

export function endOf(createdAt: number): number {
  return createdAt + sessionSeconds * 1000;
}

/** Whether the use of it is to be written. */
export function isStale({ usedAt }: ConsoleSession, now: number): boolean {
  return now >= usedAt + noteSeconds * 1000;
}

/** A browser takes a cookie of such a name from this very host alone, and only over a connection that nobody listens to. */
const cookieName = "__Host-countersign";
const cookieRules = "Path=/; HttpOnly; Secure; SameSite=Strict";
const cookie = new RegExp(`(?:^|;)\\s*${cookieName}=([\\w-]{43})\\s*(?:;|$)`);

export function newSessionId(): string {
  return randomBytes(32).toString("base64url");
}

export function cookieOf(id: string): string {
  return `${cookieName}=${id}; ${cookieRules}; Max-Age=${sessionSeconds}`;
}

/** Has the browser forget it. */
export const noCookie = `${cookieName}=; ${cookieRules}; Max-Age=0`;

/** @returns undefined where there is none that could be one of ours */
export function sessionIdIn(headers: IncomingHttpHeaders): string | undefined {
  return cookie.exec(headers.cookie ?? "")?.[1];
}

export function hashOfId(id: string): string {
  return hash("sha256", `session ${id}`, "base64url");
}

/** What a page must show to change something. It follows from what the cookie has, and not from what the table has. */
export function csrfTokenOf(secret: string): string {
  return hash("sha256", `token ${secret}`, "base64url");
}
