/** The library that checks signatures and attestations. */
export type WebAuthnLibrary = typeof import("@simplewebauthn/server");

/** Its decoders. */
export type WebAuthnHelpers = typeof import("@simplewebauthn/server/helpers");

/** Loads the library at its first use. */
export async function loadWebAuthn(): Promise<
  WebAuthnLibrary & { readonly helpers: WebAuthnHelpers }
> {
  try {
    // Awaited one by one: bundlers let such an import be missing.
    const library = await import("@simplewebauthn/server");
    const helpers = await import("@simplewebauthn/server/helpers");
    return { ...library, helpers };
  } catch (cause) {
    throw new Error(
      "Passkeys and security keys need the package @simplewebauthn/server: add it",
      { cause },
    );
  }
}
