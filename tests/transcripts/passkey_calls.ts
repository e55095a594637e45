/** One valid call of each function that is about passkeys: see `calls.ts`. */
import * as admin from "../../lib/admin/mod.ts";
import * as api from "../../lib/api/mod.ts";
import { type Call, call, nothing, same, signedIn } from "./calls.ts";

const ID = "5c3c9d4e-4f6b-4a53-a0c6-5a8f8e1a9d11";
/** A credential of which nothing is read. */
const CREDENTIAL = {} as never;

export const passkeyList: Call = call(
  "passkeyList",
  (config) => api.passkeyList(config),
  same,
);
export const passkeyUpdate: Call = call(
  "passkeyUpdate",
  (config) =>
    api.passkeyUpdate(config, { passkeyId: ID, friendlyName: "Laptop" }),
  same,
);
export const passkeyDelete: Call = call(
  "passkeyDelete",
  (config) => api.passkeyDelete(config, { passkeyId: ID }),
  nothing,
);
export const passkeyStartRegistration: Call = call(
  "passkeyStartRegistration",
  (config) => api.passkeyStartRegistration(config),
  same,
);
export const passkeyVerifyRegistration: Call = call(
  "passkeyVerifyRegistration",
  (config) =>
    api.passkeyVerifyRegistration(config, {
      challengeId: ID,
      credential: CREDENTIAL,
    }),
  same,
);
export const passkeyStartAuthentication: Call = call(
  "passkeyStartAuthentication",
  (config) => api.passkeyStartAuthentication(config),
  same,
);
export const passkeyVerifyAuthentication: Call = call(
  "passkeyVerifyAuthentication",
  (config) =>
    api.passkeyVerifyAuthentication(config, {
      challengeId: ID,
      credential: CREDENTIAL,
    }),
  signedIn,
);

export const passkeyListPasskeys: Call = call(
  "admin.passkeyListPasskeys",
  (config) => admin.passkeyListPasskeys(config, { userId: ID }),
  same,
);
export const passkeyDeletePasskey: Call = call(
  "admin.passkeyDeletePasskey",
  (config) => admin.passkeyDeletePasskey(config, { userId: ID, passkeyId: ID }),
  nothing,
);
