/** The ceremonies of a second factor, over whatever makes its requests. */
import type { MfaVerifyWebauthnParams } from "../api/factor_verify.ts";
import type {
  MfaChallengeWebauthnParams,
  MfaEnrollWebauthnParams,
} from "../api/factors.ts";
import { AuthCeremonyError, isAuthError } from "../errors.ts";
import type { RequestOptions } from "../request.ts";
import type { FactorList } from "../wire/factor_list.ts";
import type { EnrolledWebauthn, WebauthnChallenge } from "../wire/mfa.ts";
import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  readCreationOptions,
  readRequestOptions,
} from "../wire/webauthn.ts";
import {
  type CeremonyOptions,
  createCredential,
  getCredential,
  requireCeremonies,
} from "./ceremonies.ts";

/** For whom a factor's ceremony is, and how it is held. */
export interface FactorCeremony extends CeremonyOptions {
  /** The page's domain or one above it. @default {the page's domain} */
  readonly rpId?: string;
  /** The origins that may hold the ceremony. @default {the page's origin} */
  readonly rpOrigins?: readonly string[];
}

/** Which factor to challenge in the browser. */
export interface MfaWebauthnChallengeParams extends CeremonyOptions {
  /** The factor's id. */
  readonly factorId: string;
  /** For whom the ceremony is. */
  readonly webauthn?: Pick<FactorCeremony, "rpId" | "rpOrigins">;
  /** What the authenticator shows where the server names nobody. */
  readonly friendlyName?: string;
}

/** Which factor to verify in the browser. */
export interface MfaWebauthnAuthenticateParams {
  /** The factor's id. */
  readonly factorId: string;
  /** For whom the ceremony is, and how it is held. */
  readonly webauthn?: FactorCeremony;
}

/** What factor to add in the browser. */
export interface MfaWebauthnRegisterParams {
  /** Unique among the user's factors. */
  readonly friendlyName: string;
  /** For whom the ceremony is, and how it is held. */
  readonly webauthn?: FactorCeremony;
}

/** What to ask the browser for instead of what the server says. */
export interface CeremonyOverrides {
  /** For a factor's first ceremony. */
  readonly create?: Partial<PublicKeyCredentialCreationOptionsJSON>;
  /** For all later ones. */
  readonly request?: Partial<PublicKeyCredentialRequestOptionsJSON>;
}

/** What makes the requests about factors. */
export interface FactorRequests<Session> {
  enroll(
    params: MfaEnrollWebauthnParams,
    request?: RequestOptions,
  ): Promise<EnrolledWebauthn>;
  challenge(
    params: MfaChallengeWebauthnParams,
    request?: RequestOptions,
  ): Promise<WebauthnChallenge>;
  verify(
    params: MfaVerifyWebauthnParams,
    request?: RequestOptions,
  ): Promise<Session>;
  unenroll(
    params: { readonly factorId: string },
    request?: RequestOptions,
  ): Promise<unknown>;
  listFactors(request?: RequestOptions): Promise<FactorList>;
}

/**
 * Challenges a factor and holds its ceremony.
 *
 * @param requests What makes the requests.
 * @param params Which factor, and how.
 * @param overrides What to ask the browser for instead.
 * @param request How to make the request.
 * @returns What verifies the factor.
 */
export async function answerChallenge(
  requests: Pick<FactorRequests<unknown>, "challenge">,
  params: MfaWebauthnChallengeParams,
  overrides: CeremonyOverrides = {},
  request?: RequestOptions,
): Promise<MfaVerifyWebauthnParams> {
  const { factorId, webauthn, friendlyName } = params;
  requireCeremonies(params);
  const party = relyingParty(webauthn);
  const { id, webauthn: ceremony } = await requests.challenge(
    { factorId, webauthn: party },
    request,
  );
  const { type, credential_options: { publicKey } } = ceremony;
  const credential_response = type === "create"
    ? await createCredential(
      creationOptions(publicKey, overrides.create, friendlyName),
      params,
      request,
    )
    : await getCredential(
      requestOptions(publicKey, overrides.request),
      params,
      request,
    );
  return {
    factorId,
    challengeId: id,
    webauthn: { type, ...party, credential_response },
  };
}

/**
 * Challenges a factor, holds its ceremony and verifies it.
 *
 * @param requests What makes the requests.
 * @param params Which factor, and how.
 * @param overrides What to ask the browser for instead.
 * @param request How to make each of the requests.
 * @returns The session.
 */
export async function authenticateFactor<Session>(
  requests: FactorRequests<Session>,
  params: MfaWebauthnAuthenticateParams & { readonly friendlyName?: string },
  overrides?: CeremonyOverrides,
  request?: RequestOptions,
): Promise<Session> {
  const { factorId, webauthn = {}, friendlyName } = params;
  const { signal, credentials } = webauthn;
  const answer = await answerChallenge(
    requests,
    {
      factorId,
      webauthn,
      signal,
      credentials,
      ...(friendlyName !== undefined && { friendlyName }),
    },
    overrides,
    request,
  );
  return await requests.verify(answer, request);
}

/**
 * Adds a factor. Where its ceremony comes to nothing, the factor is removed
 * again, so that its name is free for the next try.
 *
 * @param requests What makes the requests.
 * @param params The factor's name, and how.
 * @param overrides What to ask the browser for instead.
 * @param request How to make each of the requests.
 * @returns The session.
 */
export async function registerFactor<Session>(
  requests: FactorRequests<Session>,
  params: MfaWebauthnRegisterParams,
  overrides?: CeremonyOverrides,
  request?: RequestOptions,
): Promise<Session> {
  const { friendlyName, webauthn = {} } = params;
  requireCeremonies(webauthn);
  relyingParty(webauthn);
  const { id: factorId } = await enrollAnew(requests, friendlyName, request);
  try {
    return await authenticateFactor(
      requests,
      { factorId, webauthn, friendlyName },
      overrides,
      request,
    );
  } catch (error) {
    if (error instanceof AuthCeremonyError) {
      const later = { ...request, signal: undefined };
      await requests.unenroll({ factorId }, later).catch(() => {});
    }
    throw error;
  }
}

/** A page that was closed during the ceremony leaves its factor, and the name. */
async function enrollAnew(
  requests: FactorRequests<unknown>,
  friendlyName: string,
  request?: RequestOptions,
): Promise<EnrolledWebauthn> {
  const params = { factorType: "webauthn", friendlyName } as const;
  try {
    return await requests.enroll(params, request);
  } catch (error) {
    if (!isAuthError(error, "mfa_factor_name_conflict")) throw error;
    const { all } = await requests.listFactors(request);
    const left = all.find((factor) =>
      factor.factor_type === "webauthn" && factor.status === "unverified" &&
      factor.friendly_name === friendlyName
    );
    if (!left) throw error;
    await requests.unenroll({ factorId: left.id }, request);
    return await requests.enroll(params, request);
  }
}

function relyingParty(
  { rpId, rpOrigins }: Pick<FactorCeremony, "rpId" | "rpOrigins"> = {},
): { readonly rpId: string; readonly rpOrigins?: readonly string[] } {
  const { location } = globalThis as {
    readonly location?: { readonly hostname: string; readonly origin: string };
  };
  const id = rpId ?? location?.hostname;
  if (typeof id !== "string" || !id) {
    throw new TypeError(
      "Cannot tell the relying party: outside of a page it takes webauthn.rpId",
    );
  }
  const origins = rpOrigins ?? (location && [location.origin]);
  return { rpId: id, ...(origins && { rpOrigins: origins }) };
}

/** Security keys are asked for, unless the server or the caller wants others. */
function creationOptions(
  json: unknown,
  overrides: Partial<PublicKeyCredentialCreationOptionsJSON> = {},
  friendlyName: string | undefined,
): PublicKeyCredentialCreationOptionsJSON {
  const options = readCreationOptions(json);
  const { user } = options;
  const name = user.name || friendlyName || user.displayName || user.id;
  return {
    hints: ["security-key"],
    attestation: "direct",
    ...options,
    user: { ...user, name, displayName: user.displayName || name },
    ...overrides,
    authenticatorSelection: {
      authenticatorAttachment: "cross-platform",
      residentKey: "discouraged",
      requireResidentKey: false,
      userVerification: "preferred",
      ...options.authenticatorSelection,
      ...overrides.authenticatorSelection,
    },
  };
}

function requestOptions(
  json: unknown,
  overrides: Partial<PublicKeyCredentialRequestOptionsJSON> = {},
): PublicKeyCredentialRequestOptionsJSON {
  return {
    hints: ["security-key"],
    userVerification: "preferred",
    ...readRequestOptions(json),
    ...overrides,
  };
}
