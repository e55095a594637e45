/** The library that checks signatures and attestations. */
export type WebAuthnLibrary = typeof import("@simplewebauthn/server");

/** Its decoders. */
export type WebAuthnHelpers = typeof import("@simplewebauthn/server/helpers");

/** Loads the library at its first use. */
export async function loadWebAuthn(): Promise<
  WebAuthnLibrary & { readonly helpers: WebAuthnHelpers }
> {
  try {
    const [library, helpers] = await Promise.all([
      import("@simplewebauthn/server"),
      import("@simplewebauthn/server/helpers"),
    ]);
    return { ...library, helpers };
  } catch (cause) {
    throw new Error(
      "Passkeys and security keys need the package @simplewebauthn/server: add it",
      { cause },
    );
  }
}
