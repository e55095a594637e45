/**
 * What the server and the browser tell each other of a ceremony: the JSON of
 * WebAuthn, where bytes are base64url. The options fit the types that TypeScript
 * has for browsers, without needing them.
 *
 * @see {@link https://www.w3.org/TR/webauthn-3/#sctn-parseCreationOptionsFromJSON}
 */
import { invalid, readObject, readString } from "./json.ts";

/** Names a credential that the server knows. */
export interface CredentialDescriptorJSON {
  /** `public-key`. */
  readonly type: string;
  /** The credential's id. */
  readonly id: string;
  /** How its authenticator may be reached: `internal`, `usb`, `nfc`, … */
  readonly transports?: string[];
}

/** Which authenticators may make a credential. */
export interface AuthenticatorSelectionJSON {
  /** `platform` for the device itself, `cross-platform` for a security key. */
  readonly authenticatorAttachment?: "platform" | "cross-platform";
  /** Whether the authenticator keeps the user: `required` for passkeys. */
  readonly residentKey?: "discouraged" | "preferred" | "required";
  /** The same in the words of an earlier version. */
  readonly requireResidentKey?: boolean;
  /** Whether the authenticator makes sure of who is there. */
  readonly userVerification?: "discouraged" | "preferred" | "required";
}

/** What the server wants of a new credential. */
export interface PublicKeyCredentialCreationOptionsJSON {
  /** For whom it is. */
  readonly rp: { readonly name: string; readonly id?: string };
  /** Whose it is; the names are what the authenticator shows. */
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly displayName: string;
  };
  /** What is to be signed. */
  readonly challenge: string;
  /** The algorithms that the server can verify, its favourite first. */
  readonly pubKeyCredParams: {
    readonly type: "public-key";
    readonly alg: number;
  }[];
  /** In milliseconds. */
  readonly timeout?: number;
  /** Credentials that the user has already. */
  readonly excludeCredentials?: CredentialDescriptorJSON[];
  /** Which authenticators may make it. */
  readonly authenticatorSelection?: AuthenticatorSelectionJSON;
  /** What the browser offers first: `security-key`, `client-device`, `hybrid`. */
  readonly hints?: string[];
  /** Whether the authenticator's maker is to vouch for it. */
  readonly attestation?: string;
  /** What else the browser is asked for. */
  readonly extensions?: object;
}

/** What the server wants of a credential that is there. */
export interface PublicKeyCredentialRequestOptionsJSON {
  /** What is to be signed. */
  readonly challenge: string;
  /** In milliseconds. */
  readonly timeout?: number;
  /** For whom it is. @default {the page's domain} */
  readonly rpId?: string;
  /** Which credentials will do; any passkey for the page where it is absent. */
  readonly allowCredentials?: CredentialDescriptorJSON[];
  /** Whether the authenticator makes sure of who is there. */
  readonly userVerification?: string;
  /** What the browser offers first: `security-key`, `client-device`, `hybrid`. */
  readonly hints?: string[];
  /** What else the browser is asked for. */
  readonly extensions?: object;
}

/** What the answers to both ceremonies have. */
export interface CredentialJSON {
  /** The credential's id. */
  readonly id: string;
  /** The same. */
  readonly rawId: string;
  /** `public-key`. */
  readonly type: string;
  /** What came of extensions. */
  readonly clientExtensionResults: object;
  /** Whether the authenticator is the device itself, where that is known. */
  readonly authenticatorAttachment?: string;
}

/** A new credential, as its `toJSON()` gives it. */
export interface RegistrationResponseJSON extends CredentialJSON {
  /** What the authenticator says. */
  readonly response: {
    /** What was signed, and where. */
    readonly clientDataJSON: string;
    /** The public key, and who vouches for it. */
    readonly attestationObject: string;
    /** How the authenticator may be reached. */
    readonly transports?: readonly string[];
  };
}

/** The proof of a credential, as its `toJSON()` gives it. */
export interface AuthenticationResponseJSON extends CredentialJSON {
  /** What the authenticator says. */
  readonly response: {
    /** What was signed, and where. */
    readonly clientDataJSON: string;
    /** For whom, by whom, and how often. */
    readonly authenticatorData: string;
    /** Over both of them. */
    readonly signature: string;
    /** Whose credential it is. */
    readonly userHandle?: string;
  };
}

/**
 * Reads the options of a ceremony that makes a credential.
 *
 * @param json As the server sends it.
 * @returns The options.
 * @throws {AuthResponseError} `invalid_response` when no ceremony can follow.
 */
export function readCreationOptions(
  json: unknown,
): PublicKeyCredentialCreationOptionsJSON {
  const options = readObject(json, "options");
  readString(options, "challenge");
  readObject(options["rp"], "rp");
  readString(readObject(options["user"], "user"), "id");
  if (!Array.isArray(options["pubKeyCredParams"])) {
    throw invalid("pubKeyCredParams must be an array");
  }
  return options as unknown as PublicKeyCredentialCreationOptionsJSON;
}

/**
 * Reads the options of a ceremony that uses a credential.
 *
 * @param json As the server sends it.
 * @returns The options.
 * @throws {AuthResponseError} `invalid_response` when no ceremony can follow.
 */
export function readRequestOptions(
  json: unknown,
): PublicKeyCredentialRequestOptionsJSON {
  const options = readObject(json, "options");
  readString(options, "challenge");
  return options as unknown as PublicKeyCredentialRequestOptionsJSON;
}
