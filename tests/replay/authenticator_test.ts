import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  fromDer,
  SoftwareAuthenticator,
  toDer,
} from "../../scripts/replay/authenticator.ts";
import {
  type Cbor,
  decodeCbor,
  encodeCbor,
} from "../../scripts/replay/cbor.ts";
import {
  base64url,
  type Bytes,
  concat,
  digest,
  fromBase64,
  fromUtf8,
  utf8,
} from "../../scripts/replay/encoding.ts";
import type { JsonObject } from "../../scripts/replay/types.ts";
import { entryNamed, flowNamed, recorded } from "./data.ts";

const CHALLENGE = base64url(utf8("a challenge of this run"));
const TRANSLATION = {
  challenge: () => CHALLENGE,
  id: (id: string) => `new-${id}`,
};

interface Made extends JsonObject {
  id: string;
  rawId: string;
  response: Record<string, string>;
}

function parts(
  attestation: Made,
): {
  authData: Uint8Array;
  statement: Map<string, Cbor>;
  fmt: Cbor | undefined;
} {
  const object = decodeCbor(fromBase64(attestation.response.attestationObject!))
    .value as Map<string, Cbor>;
  return {
    authData: object.get("authData") as Uint8Array,
    statement: object.get("attStmt") as Map<string, Cbor>,
    fmt: object.get("fmt"),
  };
}

/** Reads the public key as a relying party does: behind flags, counter, AAGUID and credential id. */
function publicKey(authData: Uint8Array): Promise<CryptoKey> {
  const length = authData[53]! * 256 + authData[54]!;
  const cose = decodeCbor(authData, 55 + length).value as Map<
    number,
    Uint8Array
  >;
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: base64url(cose.get(-2)!),
    y: base64url(cose.get(-3)!),
  };
  return crypto.subtle.importKey(
    "jwk",
    jwk,
    { name: "ECDSA", namedCurve: "P-256" },
    true,
    ["verify"],
  );
}

async function verifies(
  key: CryptoKey,
  signature: Uint8Array,
  authData: Uint8Array,
  clientData: Bytes,
): Promise<boolean> {
  const signed = concat(authData, await digest("SHA-256", clientData));
  return await crypto.subtle.verify(
    { name: "ECDSA", hash: "SHA-256" },
    key,
    fromDer(signature),
    signed,
  );
}

async function remade(flowName: string, names: string[]): Promise<Made[]> {
  const flow = flowNamed(await recorded(), flowName);
  const authenticator = new SoftwareAuthenticator();
  const out: Made[] = [];
  for (const name of names) {
    out.push(
      await authenticator.remake(
        entryNamed(flow, name).values!,
        TRANSLATION,
      ) as Made,
    );
  }
  return out;
}

Deno.test("remake() attests a new key over the challenge of this run, flags and format as recorded", async () => {
  const [made] = await remade("factors.webauthn", ["cred"]);
  const { authData, fmt } = parts(made!);
  const clientData = JSON.parse(
    fromUtf8(fromBase64(made!.response.clientDataJSON!)),
  );
  assertEquals(clientData, {
    type: "webauthn.create",
    challenge: CHALLENGE,
    origin: "http://localhost:3000",
    crossOrigin: false,
  });
  assertEquals(fmt, "none");
  assertEquals(
    authData.slice(0, 32),
    await digest("SHA-256", utf8("localhost")),
  );
  assertEquals(authData[32], 0x45);
  assertEquals(base64url(authData.slice(55, 55 + 32)), made!.id);
  assertEquals(made!.rawId, made!.id);
  assertNotEquals(made!.id, "pfkWXPur8uJxXKtNC8hng9OEOSD8PQ2QN5GiehCJe1Y");
});

Deno.test("remake() signs assertions with the attested key, and breaks those that were broken", async () => {
  const [cred, bad, good] = await remade("factors.webauthn", [
    "cred",
    "bad",
    "asrt",
  ]);
  const key = await publicKey(parts(cred!).authData);
  for (const [assertion, expected] of [[bad!, false], [good!, true]] as const) {
    const { authenticatorData, clientDataJSON, signature, userHandle } =
      assertion.response;
    const signed = [
      fromBase64(signature!),
      fromBase64(authenticatorData!),
      fromBase64(clientDataJSON!),
    ] as const;
    assertEquals(await verifies(key, ...signed), expected);
    assertEquals(assertion.id, cred!.id);
    assertEquals(
      fromUtf8(fromBase64(userHandle!)),
      "new-b22f03c4-d118-4613-9c83-db9627726373",
    );
  }
});

Deno.test("remake() answers with the same credential where the recording does, and with another elsewhere", async () => {
  const [first, second, unknown] = await remade("passkeys", [
    "cred",
    "cred2",
    "unk",
  ]);
  assertEquals(first!.id, second!.id);
  const keys = await Promise.all(
    [first!, second!].map((made) => publicKey(parts(made).authData)),
  );
  const [a, b] = await Promise.all(
    keys.map((key) => crypto.subtle.exportKey("jwk", key)),
  );
  assertEquals(a!.x, b!.x);
  assertNotEquals(unknown!.id, first!.id);
});

Deno.test("remake() signs a packed self attestation", async () => {
  const flow = flowNamed(await recorded(), "passkeys");
  const values = structuredClone(entryNamed(flow, "cred").values) as Made;
  const object = decodeCbor(fromBase64(values.response.attestationObject!))
    .value as Map<string, Cbor>;
  object.set("fmt", "packed").set(
    "attStmt",
    new Map<string, Cbor>([["alg", -7], ["sig", new Uint8Array(70)]]),
  );
  values.response.attestationObject = base64url(encodeCbor(object));
  const made = await new SoftwareAuthenticator().remake(
    values,
    TRANSLATION,
  ) as Made;
  const { authData, statement, fmt } = parts(made);
  assertEquals([fmt, statement.get("alg")], ["packed", -7]);
  const clientData = fromBase64(made.response.clientDataJSON!);
  assert(
    await verifies(
      await publicKey(authData),
      statement.get("sig") as Uint8Array,
      authData,
      clientData,
    ),
  );
});

Deno.test("toDer() and fromDer() agree for integers with leading zeros and high bits", () => {
  const raw = new Uint8Array(64);
  raw[3] = 0x80;
  raw[63] = 1;
  assertEquals(fromDer(toDer(raw)), raw);
  assertEquals(
    fromDer(toDer(new Uint8Array(64).fill(0xff))),
    new Uint8Array(64).fill(0xff),
  );
});
