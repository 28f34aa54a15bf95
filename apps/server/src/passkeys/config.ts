import { visible } from "@countersign/document";
import type { CreateNewFactorPasskeyRequest } from "@countersign/types";
import type { PasskeysConfig } from "../factors/passkeys-factor.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import { originOf, relyingPartyFault } from "../kernel/relying-party.ts";
import type { ServiceSettings } from "../services/service.ts";

/** What a request says of a passkey and, member by member, what its service says where it is silent: empty is silent. */
export function configOf(
  { relying_party: party = {}, ...given }: NonNullable<CreateNewFactorPasskeyRequest["config"]>,
  service: ServiceSettings["passkeys"],
): Outcome<PasskeysConfig, 60371 | 60372 | 60393> {
  const criteria = {
    authenticator_attachment: given.authenticator_attachment || service.authenticatorAttachment,
    discoverable_credentials: given.discoverable_credentials || service.discoverableCredentials,
    user_verification: given.user_verification || service.userVerification,
  };
  const missing = Object.entries(criteria).flatMap(([name, value]) => (value ? [] : [name]));
  if (missing.length > 0) return refused(60393, { parameter: missing.join(", ") });
  const id = party.id || service.relyingParty.id;
  const name = visible(party.name) ?? service.relyingParty.name;
  const own = party.origins?.filter((origin) => origin !== "") ?? [];
  const origins = own.length > 0 ? own : service.relyingParty.origins;
  if (!id && !name && !origins) return refused(60371, { details: { member: "relying_party" } });
  const unfit = (code: 60371 | 60372, member: string) =>
    refused(code, { details: { member: `relying_party.${member}` } });
  if (!id) return unfit(60372, "id");
  if (!name) return unfit(60371, "name");
  if (!origins) return unfit(60371, "origins");
  const fault = relyingPartyFault({ id, name, origins });
  if (fault) return unfit(fault.code, fault.member);
  return accepted({
    relyingParty: { id: id.toLowerCase(), name, origins: origins.map((origin) => originOf(origin) ?? origin) },
    authenticatorAttachment: criteria.authenticator_attachment,
    discoverableCredentials: criteria.discoverable_credentials,
    userVerification: criteria.user_verification,
  } as PasskeysConfig);
}
