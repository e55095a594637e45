/**
 * The ceremonies that a browser holds between the user and an authenticator.
 *
 * @see {@link https://www.w3.org/TR/webauthn-3/#sctn-api}
 */
import type { RequestOptions } from "../request.ts";
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "../wire/webauthn.ts";
import { ceremonyError, explainRefusal } from "./ceremony_errors.ts";
import {
  credentialClass,
  parseCreation,
  parseRequest,
  writeCredential,
} from "./ceremony_json.ts";

/** What holds ceremonies: the part of `navigator.credentials` that is used. */
export interface CredentialsContainer {
  /** Makes a credential. */
  create(options: object): Promise<unknown>;
  /** Proves a credential. */
  get(options: object): Promise<unknown>;
}

/** How a ceremony is held. */
export interface CeremonyOptions {
  /**
   * Ends the ceremony with `ceremony_aborted`. Without one, the next ceremony
   * that has none either ends it.
   */
  readonly signal?: AbortSignal | undefined;
  /** What holds it. @default {navigator.credentials} */
  readonly credentials?: CredentialsContainer | undefined;
}

/** How the browser asks for a passkey. */
export interface SignInCeremonyOptions extends CeremonyOptions {
  /**
   * With `conditional`, passkeys are offered among the suggestions of an input
   * whose `autocomplete` has `webauthn`, and nothing is asked otherwise.
   */
  readonly mediation?: "conditional" | "optional" | "required" | "silent";
}

/** A container holds one ceremony at a time. */
const running = new WeakMap<CredentialsContainer, AbortController>();

/**
 * Makes sure that a ceremony can be held, before anything is asked of a server.
 *
 * @param options How it is to be held.
 * @returns What holds it.
 * @throws {AuthCeremonyError} `ceremony_not_supported`, `ceremony_aborted`.
 */
export function requireCeremonies(
  { signal, credentials }: CeremonyOptions,
): CredentialsContainer {
  if (signal?.aborted) throw ceremonyError("ceremony_aborted", signal.reason);
  const { navigator } = globalThis as {
    readonly navigator?: { readonly credentials?: CredentialsContainer };
  };
  const container = credentials ??
    (credentialClass() && navigator?.credentials);
  if (!container) throw ceremonyError("ceremony_not_supported");
  return container;
}

/**
 * Holds the ceremony that makes a credential.
 *
 * @param options What the server wants.
 * @param how How to hold it.
 * @param request Whose signal ends it too.
 * @returns The credential's JSON.
 * @throws {AuthCeremonyError} What the browser or the user did not want.
 */
export async function createCredential(
  options: PublicKeyCredentialCreationOptionsJSON,
  how: CeremonyOptions = {},
  request: RequestOptions = {},
): Promise<RegistrationResponseJSON> {
  const publicKey = parseCreation(options);
  const credential = await hold(
    how,
    request,
    (container, signal) => container.create({ publicKey, signal }),
  );
  return credential as unknown as RegistrationResponseJSON;
}

/**
 * Holds the ceremony that proves a credential.
 *
 * @param options What the server wants.
 * @param how How to hold it.
 * @param request Whose signal ends it too.
 * @returns The proof's JSON.
 * @throws {AuthCeremonyError} What the browser or the user did not want.
 */
export async function getCredential(
  options: PublicKeyCredentialRequestOptionsJSON,
  how: SignInCeremonyOptions = {},
  request: RequestOptions = {},
): Promise<AuthenticationResponseJSON> {
  const publicKey = parseRequest(options);
  const { mediation } = how;
  const credential = await hold(
    how,
    request,
    (container, signal) =>
      container.get({ publicKey, signal, ...(mediation && { mediation }) }),
  );
  return credential as unknown as AuthenticationResponseJSON;
}

/**
 * Makes sure that passkeys can be offered among an input's suggestions.
 *
 * @param how How the ceremony is to be held.
 * @throws {AuthCeremonyError} `ceremony_not_supported`.
 */
export async function requireMediation(
  { mediation, credentials }: SignInCeremonyOptions,
): Promise<void> {
  // Another container answers for itself.
  if (mediation !== "conditional" || credentials) return;
  const ask = credentialClass();
  if (await ask?.isConditionalMediationAvailable?.()) return;
  throw ceremonyError("ceremony_not_supported");
}

/** Holds one ceremony, from which the signals are a way out. */
async function hold(
  how: CeremonyOptions,
  request: RequestOptions,
  run: (
    container: CredentialsContainer,
    signal: AbortSignal,
  ) => Promise<unknown>,
): Promise<object> {
  const container = requireCeremonies(how);
  const controller = new AbortController();
  const signals = [how.signal, request.signal].filter((one) =>
    one !== undefined
  );
  const onAbort = () =>
    controller.abort(signals.find((one) => one.aborted)?.reason);
  for (const one of signals) one.addEventListener("abort", onAbort);
  if (!how.signal) takePlace(container, controller);
  try {
    if (signals.some((one) => one.aborted)) onAbort();
    const { signal } = controller;
    const credential = await bounded(() => run(container, signal), signal);
    if (!credential) throw ceremonyError("ceremony_failed");
    return writeCredential(Object(credential));
  } finally {
    for (const one of signals) one.removeEventListener("abort", onAbort);
    if (running.get(container) === controller) running.delete(container);
  }
}

function takePlace(
  container: CredentialsContainer,
  controller: AbortController,
): void {
  running.get(container)?.abort(new Error("Another ceremony has begun"));
  running.set(container, controller);
}

/** Extensions in the place of the browser may take no notice of a signal. */
function bounded(
  run: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<unknown> {
  return new Promise<unknown>((resolve, reject) => {
    signal.throwIfAborted();
    signal.addEventListener("abort", () => reject(signal.reason));
    run().then(resolve, reject);
  }).catch((error) => {
    throw explainRefusal(error, signal);
  });
}
