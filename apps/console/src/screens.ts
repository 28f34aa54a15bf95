import type { ComponentType } from "preact";
import { entities } from "./entities/entities.tsx";
import { entity } from "./entities/entity.tsx";
import { inbox } from "./inbox/inbox.tsx";
import { audit } from "./operate/audit.tsx";
import { deliveries } from "./operate/deliveries.tsx";
import { guard } from "./operate/guard.tsx";
import { keys } from "./operate/keys.tsx";
import { overview } from "./overview/overview.tsx";
import { request } from "./requests/request.tsx";
import { requests } from "./requests/requests.tsx";
import { service } from "./services/service.tsx";
import { services } from "./services/services.tsx";
import { tryIt } from "./try-it/try-it.tsx";
import { verification } from "./verifications/verification.tsx";
import { verifications } from "./verifications/verifications.tsx";

export type Mode = "sandbox" | "production";

/** One screen, behind its path. */
export interface Screen {
  /** `/verifications/:sid`; the parameters reach the component. */
  path: string;
  title: string;
  modes: Mode[];
  /** The part of the navigation that it stands in; without one it is reached from another screen. */
  group?: "Sandbox" | "Verify" | "Operate";
  /** The letter that opens it after `g`. */
  letter?: string;
  /** It begins with the only `h1`, by `Title`. */
  component: ComponentType<{ params: Record<string, string> }>;
}

/** Every screen, in the order of the navigation. The first of a mode is its home. */
export const screens: Screen[] = [
  inbox,
  tryIt,
  requests,
  request,
  overview,
  verifications,
  verification,
  entities,
  entity,
  guard,
  services,
  service,
  deliveries,
  keys,
  audit,
];

/** The screens of a mode. */
export function screensOf(mode: Mode): Screen[] {
  return screens.filter(({ modes }) => modes.includes(mode));
}
