import { type App, type AppOptions, createApp } from "../http/app.ts";
import { connectionsMax } from "../http/connections.ts";
import { isLoopbackHost } from "../http/hosts.ts";
import { createPages } from "../http/pages.ts";
import { bySession, consoleAccess, firstOf, ofOwnPages } from "./access.ts";
import { byProxy, heedProxies } from "./proxy.ts";
import { type SessionParts, sessionHandlers } from "./sessions.ts";
import type { ConsoleSettings } from "./settings.ts";

/**
 * The port that operators open in a browser: the console's pages, the docs, and the operations of v2. Callers of the API
 * have their own port, where there are no pages.
 */
export function createConsoleApp(options: AppOptions, settings: ConsoleSettings, parts: SessionParts): App {
  const { url, pages, proxies, proxy } = settings;
  const { basicAuth } = options.authenticators;
  const ownName = url && new URL(url).hostname;
  const recognise = firstOf(bySession(parts), proxy && byProxy(proxies, proxy));
  return createApp({
    ...options,
    handlers: { ...options.handlers, ...sessionHandlers(parts, recognise) },
    authenticators: basicAuth ? { basicAuth: consoleAccess(ofOwnPages(basicAuth), recognise) } : {},
    dialects: [],
    cors: undefined,
    intercepts: [heedProxies(proxies), ...createPages(pages)],
    // A name that somebody has lead here is not among them: his page would be taken for this one's.
    isHost: (name) => name === ownName || isLoopbackHost(name),
    // For Basic a browser asks in a dialog of its own, and sends what it was told with the requests of any page from then on.
    challenge: 'Session realm="console"',
    connectionsMax: consoleConnectionsMax(),
  });
}

/** How many connections operators may have; callers have as many fewer. */
export function consoleConnectionsMax(): number {
  return Math.min(256, Math.ceil(connectionsMax() / 8));
}
