import { toDer } from "../../scripts/replay/authenticator.ts";
import { type Cbor, encodeCbor } from "../../scripts/replay/cbor.ts";
import { base64url, concat, utf8 } from "../../scripts/replay/encoding.ts";
import type { Loose } from "./helpers.ts";

const ES256 = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGN = { name: "ECDSA", hash: "SHA-256" } as const;

/** User present, and backup eligible or backed up. */
export const FLAGS = { UP: 1, UV: 4, BE: 8, BS: 16, AT: 64 } as const;

/** What differs from a proper ceremony at `http://localhost:3000` for the domain localhost. */
export interface Deviation {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  /** Without the flag of attested data. */
  readonly flags?: number;
  readonly counter?: number;
  readonly format?: "none" | "packed" | "unheard-of";
  readonly alg?: number;
  readonly aaguid?: string;
  readonly brokenSignature?: boolean;
  readonly userHandle?: string | null;
}

/** A credential on an authenticator of software (ES256). */
export class TestKey {
  readonly id: Uint8Array<ArrayBuffer>;
  readonly #keys: CryptoKeyPair;

  constructor(keys: CryptoKeyPair) {
    this.id = crypto.getRandomValues(new Uint8Array(16));
    this.#keys = keys;
  }

  /** Makes a key pair. */
  static async make(): Promise<TestKey> {
    const keys = await crypto.subtle.generateKey(ES256, true, [
      "sign",
      "verify",
    ]);
    return new TestKey(keys);
  }

  /** Answers creation options. */
  async create(options: Loose, how: Deviation = {}): Promise<Loose> {
    const clientData = clientDataOf("webauthn.create", options, how);
    const data = concat(
      await fixedData(how, FLAGS.AT),
      bytesOfHex((how.aaguid ?? "0".repeat(32)).replaceAll("-", "")),
      Uint8Array.of(0, this.id.length),
      this.id,
      encodeCbor(await this.#cose(how.alg ?? -7)),
    );
    const { format = "none" } = how;
    const statement = new Map<string, Cbor>();
    if (format === "packed") {
      statement.set("alg", -7);
      statement.set("sig", await this.#sign(data, clientData, how));
    }
    const object = new Map<string, Cbor>([
      ["fmt", format],
      ["attStmt", statement],
      ["authData", data],
    ]);
    return this.#credential({
      clientDataJSON: base64url(clientData),
      attestationObject: base64url(encodeCbor(object)),
      transports: ["internal"],
    });
  }

  /** Answers request options for the user with an id. */
  async get(
    options: Loose,
    userId: string,
    how: Deviation = {},
  ): Promise<Loose> {
    const clientData = clientDataOf("webauthn.get", options, how);
    const data = await fixedData(how, 0);
    const { userHandle = base64url(utf8(userId)) } = how;
    return this.#credential({
      clientDataJSON: base64url(clientData),
      authenticatorData: base64url(data),
      signature: base64url(await this.#sign(data, clientData, how)),
      ...(userHandle === null ? {} : { userHandle }),
    });
  }

  #credential(response: Loose): Loose {
    const id = base64url(this.id);
    const clientExtensionResults = {};
    return {
      id,
      rawId: id,
      type: "public-key",
      response,
      clientExtensionResults,
    };
  }

  async #cose(alg: number): Promise<Map<number, Cbor>> {
    const raw = new Uint8Array(
      await crypto.subtle.exportKey("raw", this.#keys.publicKey),
    );
    return new Map<number, Cbor>([
      [1, 2],
      [3, alg],
      [-1, 1],
      [-2, raw.slice(1, 33)],
      [-3, raw.slice(33)],
    ]);
  }

  async #sign(
    data: Uint8Array,
    clientData: Uint8Array<ArrayBuffer>,
    how: Deviation,
  ): Promise<Uint8Array> {
    const hash = await crypto.subtle.digest("SHA-256", clientData);
    const raw = await crypto.subtle.sign(
      SIGN,
      this.#keys.privateKey,
      concat(data, new Uint8Array(hash)),
    );
    const signature = toDer(new Uint8Array(raw));
    if (how.brokenSignature) signature[signature.length - 1]! ^= 1;
    return signature;
  }
}

function clientDataOf(
  type: string,
  options: Loose,
  how: Deviation,
): Uint8Array<ArrayBuffer> {
  const { challenge = options.challenge, origin = "http://localhost:3000" } =
    how;
  const data = { type: how.type ?? type, challenge, origin };
  return utf8(JSON.stringify({ ...data, crossOrigin: false }));
}

async function fixedData(how: Deviation, more: number): Promise<Uint8Array> {
  const { rpId = "localhost", flags = FLAGS.UP | FLAGS.UV, counter = 0 } = how;
  const hash = await crypto.subtle.digest("SHA-256", utf8(rpId));
  const rest = new DataView(new ArrayBuffer(5));
  rest.setUint8(0, flags | more);
  rest.setUint32(1, counter);
  return concat(new Uint8Array(hash), new Uint8Array(rest.buffer));
}

function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(
    hex.match(/../g) ?? [],
    (pair: string) => parseInt(pair, 16),
  );
}
