import { assert, assertEquals } from "@std/assert";
import { createIssuer } from "../../scripts/replay/issuer.ts";
import {
  decodeToken,
  tamper,
  verifyWithJwk,
} from "../../scripts/replay/jwt.ts";
import type { JsonObject } from "../../scripts/replay/types.ts";
import { entryNamed, flowNamed, recorded } from "./data.ts";

const CERTS = "http://localhost:9100/realms/test/protocol/openid-connect/certs";

Deno.test("createIssuer() publishes a key of its own under the recorded kid", async () => {
  const { constants } = await recorded();
  const issuer = await createIssuer(constants.idpPublicKey);
  const discovery = issuer.answer(
    new URL(
      "http://localhost:9100/realms/test/.well-known/openid-configuration",
    ),
  );
  const document = await discovery!.json();
  assertEquals([document.issuer, document.jwks_uri], [
    "http://localhost:9100/realms/test",
    CERTS,
  ]);
  const { keys } = await issuer.answer(new URL(CERTS))!.json();
  assertEquals([keys.length, keys[0].kid, "d" in keys[0]], [1, "idp-1", false]);
  assertEquals(keys[0].n === constants.idpPublicKey!.n, false);
  assertEquals(
    issuer.answer(new URL("http://localhost:9100/other")),
    undefined,
  );
});

Deno.test("remake() dates a recorded token anew, but for the times that the recording chose", async () => {
  const transcripts = await recorded();
  const issuer = await createIssuer(transcripts.constants.idpPublicKey);
  const [key] = (await issuer.answer(new URL(CERTS))!.json()).keys;
  const now = 2_000_000_000_000;
  const flow = flowNamed(transcripts, "idtoken.keycloak");
  for (const name of ["t1", "t4", "t8"]) {
    const values = entryNamed(flow, name).values as {
      id_token: string;
      claims: JsonObject;
    };
    const before = decodeToken(values.id_token)!;
    const token = await issuer.remake(values.id_token, values.claims, now);
    const after = decodeToken(token)!;
    assert(await verifyWithJwk(token, key));
    assertEquals(after.header, before.header);
    assertEquals(after.payload, {
      ...before.payload,
      iat: now / 1000,
      exp: name === "t4" ? 1700000000 : now / 1000 + 3600,
    });
  }
});

Deno.test("remake() keeps a wrong signature wrong", async () => {
  const transcripts = await recorded();
  const issuer = await createIssuer(transcripts.constants.idpPublicKey);
  const [key] = (await issuer.answer(new URL(CERTS))!.json()).keys;
  const flow = flowNamed(transcripts, "idtoken.keycloak");
  const { id_token } = entryNamed(flow, "t1").values as { id_token: string };
  const token = await issuer.remake(tamper(id_token), {}, 0);
  assertEquals(await verifyWithJwk(token, key), false);
});
