import { toBase64Url, utf8 } from "../encoding.ts";
import type { JsonObject, User } from "../records.ts";
import type { RelyingParty } from "./relying_party.ts";
import type { Context } from "../context.ts";

const TIMEOUT = 300_000;

/** The COSE algorithms that new credentials may have, in the order of the server's offer. */
export const ALGORITHMS: readonly number[] = [
  -7,
  -35,
  -36,
  -257,
  -258,
  -259,
  -37,
  -38,
  -39,
  -8,
];

/** A credential that an authenticator is told of. */
export interface CredentialDescriptor {
  /** Base64url. */
  readonly id: string;
  /** How its authenticator is reached. */
  readonly transports?: readonly string[];
}

/** What both kinds of creation options name. */
export interface CreationRequest {
  readonly rp: RelyingParty;
  readonly user: User;
  readonly challenge: string;
  readonly displayName: string;
  /** Credentials that the user has already. */
  readonly exclude: readonly CredentialDescriptor[];
}

/** A new challenge. */
export function createChallenge(context: Context): string {
  return toBase64Url(context.server.random.bytes(32));
}

/** A user's handle: its id as text. */
export function userHandle(user: User): string {
  return toBase64Url(utf8(user.id));
}

/** The algorithms as parameters of new credentials. */
export function credentialParams(): JsonObject[] {
  return ALGORITHMS.map((alg) => ({ type: "public-key", alg }));
}

/** Options for making a credential, without what depends on its use. */
export function creationOptions(request: CreationRequest): JsonObject {
  const { rp, user, challenge, displayName, exclude } = request;
  const name = user.email || user.phone;
  return {
    rp: { name: rp.name, id: rp.id },
    user: { name, displayName, id: userHandle(user) },
    challenge,
    pubKeyCredParams: credentialParams(),
    timeout: TIMEOUT,
    ...(exclude.length === 0
      ? {}
      : { excludeCredentials: exclude.map(describe) }),
  };
}

/** Options for using a credential, without what depends on its use. */
export function requestOptions(
  rp: RelyingParty,
  challenge: string,
): JsonObject {
  return { challenge, timeout: TIMEOUT, rpId: rp.id };
}

/** A credential as options name it. */
export function describe(credential: CredentialDescriptor): JsonObject {
  const { id, transports = [] } = credential;
  return {
    type: "public-key",
    id,
    ...(transports.length === 0 ? {} : { transports }),
  };
}
