import { fromBase64 } from "./encoding.ts";

/** Which libraries know a hash that another system made (auth-server §7). */
const FORMS = {
  bcrypt: /^\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}$/,
  argon2:
    /^\$argon2(i|id)\$v=19\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+={0,2}\$[A-Za-z0-9+/]+={0,2}$/,
  scrypt:
    /^\$fbscrypt\$v=1,n=\d+,r=\d+,p=\d+(,ss=[^,$]*)?(,sk=[^,$]*)?\$[^$]+\$[^$]+$/,
} as const;

/** Whether a text is a password hash that can be imported. */
export function isForeignHash(hash: string): boolean {
  return Object.values(FORMS).some((form) => form.test(hash));
}

/** Compares a password with an imported hash. */
export async function verifyForeignHash(
  hash: string,
  password: string,
): Promise<boolean> {
  if (FORMS.scrypt.test(hash)) return await verifyScrypt(hash, password);
  const { argon2Verify, bcryptVerify } = await loadLibrary();
  if (FORMS.bcrypt.test(hash)) return await bcryptVerify({ password, hash });
  return FORMS.argon2.test(hash) &&
    await argon2Verify({ password, hash: unpadded(hash) });
}

type HashLibrary = typeof import("hash-wasm");

async function loadLibrary(): Promise<HashLibrary> {
  try {
    return await import("hash-wasm");
  } catch (cause) {
    throw new Error(
      "Imported password hashes need the package hash-wasm: add it",
      { cause },
    );
  }
}

function unpadded(hash: string): string {
  return hash.replaceAll("=$", "$").replace(/=+$/, "");
}

/** Firebase's variant: the key derived from the password encrypts a project's signer key. */
async function verifyScrypt(hash: string, password: string): Promise<boolean> {
  const [, , parameters = "", salt = "", digest = ""] = hash.split("$");
  const { n = "14", r = "8", p = "1", ss = "", sk = "" } = Object.fromEntries(
    parameters.split(",").map((
      pair,
    ) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
  const { scrypt } = await loadLibrary();
  const separated = new Uint8Array([...bytesOf(salt), ...bytesOf(ss)]);
  const key = await scrypt({
    password,
    salt: separated,
    costFactor: 2 ** Number(n),
    blockSize: Number(r),
    parallelism: Number(p),
    hashLength: 32,
    outputType: "binary",
  });
  const encrypted = await encrypt(key as Uint8Array<ArrayBuffer>, bytesOf(sk));
  const expected = bytesOf(digest);
  return expected.length > 0 &&
    expected.every((byte, i) => byte === encrypted[i]);
}

async function encrypt(
  key: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const algorithm = {
    name: "AES-CTR",
    counter: new Uint8Array(16),
    length: 64,
  };
  const imported = await crypto.subtle.importKey("raw", key, "AES-CTR", false, [
    "encrypt",
  ]);
  return new Uint8Array(await crypto.subtle.encrypt(algorithm, imported, data));
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return fromBase64(text) ?? new Uint8Array();
}
