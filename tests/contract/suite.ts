/** The whole contract: each file of cases belongs to a file of `lib/api` or `lib/admin`. */
import { LOGOUT } from "./logout.ts";
import { SIGN_UP } from "./sign_up.ts";
import type { ContractCase } from "./world.ts";

/** Every case. */
export const SUITE: readonly ContractCase[] = [...SIGN_UP, ...LOGOUT];
