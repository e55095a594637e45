/** The whole contract: each file of cases belongs to a file of `lib/api` or `lib/admin`. */
import { LOGOUT } from "./logout.ts";
import { OTP } from "./otp.ts";
import { SIGN_UP } from "./sign_up.ts";
import { TOKEN } from "./token.ts";
import { VERIFY } from "./verify.ts";
import type { ContractCase } from "./world.ts";

/** Every case. */
export const SUITE: readonly ContractCase[] = [
  ...SIGN_UP,
  ...TOKEN,
  ...OTP,
  ...VERIFY,
  ...LOGOUT,
];
