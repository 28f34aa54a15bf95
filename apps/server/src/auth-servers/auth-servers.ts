import type { AuthServer, AuthServerName } from "./auth-server.ts";
import { kratos, logto } from "./authorised.ts";
import { supabase } from "./supabase.ts";

/** All that are known here. */
export const authServers: Readonly<Record<AuthServerName, AuthServer>> = { supabase, logto, kratos };
